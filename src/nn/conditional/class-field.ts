import { UserError } from '../../tensor/errors.ts'
import type { Fields } from '../../tensor/fields.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Mode } from '../layer.ts'

/** The class numbers of a batch, i32 [batch]. Throws a UserError where there are none. */
export function classesIn({ given }: Mode, name: string): Tensor {
  if (Object.hasOwn(given, 'class')) return given.class
  throw new UserError(`The layer ${name} depends on classes, but the batch was given none.`)
}

/** Throws a UserError where a batch is given no classes, or another number of them. */
export function requireClasses(given: Fields | undefined, classes: number, name: string): void {
  const field = given?.class
  if (field === undefined)
    throw new UserError(`The layer ${name} depends on classes; give the game a condition of ${classes} classes.`)
  if (field.kind !== 'whole' || field.count !== classes) {
    const had = field.kind === 'whole' ? field.count : 'numbers in place of'
    throw new UserError(`The layer ${name} is made for ${classes} classes; the game has ${had}.`)
  }
}
