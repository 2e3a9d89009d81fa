import { UserError } from '../../tensor/errors.ts'
import { abs, cast, iota, less, reshape, sub } from '../../tensor/operations/index.ts'
import { showShape } from '../../tensor/tensor.ts'
import type { Shape, Tensor } from '../../tensor/tensor.ts'
import { applyChildren, initializeChildren } from '../children.ts'
import type { Child } from '../children.ts'
import { joined, joinedShape } from '../composite/join.ts'
import type { Join } from '../composite/join.ts'
import type { Layer } from '../layer.ts'
import { fieldOf, tensorOf } from './field-of.ts'

/** How a field comes to x. */
export interface WithGivenOptions {
  /**
   * A layer that the field goes through first, such as an embedding; default none. Its variables are named
   * 'through....'.
   */
  readonly through?: Layer
  /** Side by side on the last axis, or added up; default 'concat'. */
  readonly join?: Join
}

/**
 * x joined with what the batch is given under a name: images of the same size on their channels, a vector beside
 * images as constant planes. Whole numbers that go through no layer are one-hot (Mirza and Osindero 2014), with as
 * many features as the field has values, kept as the buffer `values` [count]. Throws a UserError where the batch
 * has no such field, or where it does not fit x.
 */
export function withGiven(name: string, { through, join = 'concat' }: WithGivenOptions = {}): Layer {
  const operation = `withGiven (${name})`
  const first: Child | null = through === undefined ? null : { name: 'through', layer: through }
  return {
    name: 'withGiven',
    mixesBatch: through?.mixesBatch === true,
    init(inputShape, random, given) {
      const field = fieldOf('withGiven', name, given)
      const made = initializeChildren(random, given)
      const isCode = first === null && field.kind === 'whole'
      const shape: Shape = isCode ? [...field.shape, field.count] : field.shape
      const beside = first === null ? shape : made.init(first, shape)
      const whole = made.initialized(joinedShape(operation, [inputShape, beside], join))
      return isCode ? { ...whole, buffers: { values: cast(iota(field.count), 'f32') } } : whole
    },
    apply(variables, x, mode) {
      const field = tensorOf('withGiven', name, mode)
      if (first !== null) {
        const traced = applyChildren(variables, mode)
        return traced.applied(joined(operation, [x, traced.apply(first, field)], join))
      }
      const beside = field.dtype === 'i32' ? oneHot(field, variables.buffers.values, name) : field
      return { output: joined(operation, [x, beside], join), buffers: variables.buffers }
    },
  }
}

/**
 * 1 where a whole number is the value, 0 elsewhere. Values may have been averaged, so they are whole numbers only
 * nearly.
 */
function oneHot(numbers: Tensor, values: Tensor | undefined, name: string): Tensor {
  if (values === undefined) {
    throw new UserError(
      `The layer withGiven was made for numbers, but the field ${name} is whole numbers ${showShape(numbers.shape)}.`,
    )
  }
  const difference = sub(cast(reshape(numbers, [...numbers.shape, 1]), 'f32'), values)
  return cast(less(abs(difference), 0.5), 'f32')
}
