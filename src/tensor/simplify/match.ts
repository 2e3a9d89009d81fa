import { broadcast } from '../operations/movement.ts'
import { constant } from '../operations/source.ts'
import { isKind } from '../tensor.ts'
import type { ElementwiseName, Kind, Tensor } from '../tensor.ts'

/** A simpler tensor of the same value, shape and type, or null. The inputs of what a rule is shown are simplified already. */
export type Rule<K extends Kind = Kind> = (tensor: Tensor<K>) => Tensor | null

/**
 * The number that every element of x is, where the graph says so, else null. Rules bring all such tensors to one form: a
 * constant or the broadcast of one.
 */
export function uniformValue(x: Tensor): number | null {
  if (isKind(x, 'broadcast')) return uniformValue(x.inputs[0])
  return isKind(x, 'constant') ? x.primitive.value : null
}

export const isUniform = (x: Tensor, value: number): boolean => uniformValue(x) === value

/** The tensor with `value` everywhere, of the shape and type of another. */
export const uniform = (value: number, like: Tensor): Tensor => broadcast(constant(value, like.dtype), like.shape)

export const isFunction = (x: Tensor, name: ElementwiseName): boolean =>
  isKind(x, 'elementwise') && x.primitive.name === name

/** Where all inputs are one number everywhere and the result then is, too. */
export const sameUniform: Rule = (tensor) => {
  const value = uniformValue(tensor.inputs[0])
  return value !== null && tensor.inputs.every((input) => isUniform(input, value)) ? uniform(value, tensor) : null
}
