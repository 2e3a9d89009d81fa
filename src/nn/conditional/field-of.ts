import { UserError } from '../../tensor/errors.ts'
import type { Field, Fields } from '../../tensor/fields.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Mode } from '../layer.ts'

/** The field that a layer is to be given. Throws a UserError where a batch has none of that name. */
export function fieldOf(layer: string, name: string, fields: Fields = {}): Field {
  if (Object.hasOwn(fields, name)) return fields[name]
  throw missing(layer, name, Object.keys(fields))
}

/** The tensor of a field, [batch, ...]. Throws a UserError where a batch has none of that name. */
export function tensorOf(layer: string, name: string, { given }: Mode): Tensor {
  if (Object.hasOwn(given, name)) return given[name]
  throw missing(layer, name, Object.keys(given))
}

const missing = (layer: string, name: string, present: readonly string[]): UserError =>
  new UserError(
    `The layer ${layer} reads the field ${name}, but the batch is given ${present.length === 0 ? 'nothing' : present.join(', ')}; add the field, or name one that is there.`,
  )
