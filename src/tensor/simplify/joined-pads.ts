import { concat, pad } from '../operations/movement.ts'
import { range } from '../shape.ts'
import { isKind } from '../tensor.ts'
import type { Tensor } from '../tensor.ts'

/** The sum of two paddings whose contents are neighbours: what the gradient of splitting a tensor is made of. */
export function joinedPads(a: Tensor, b: Tensor): Tensor | null {
  if (!isKind(a, 'pad') || !isKind(b, 'pad')) return null
  const differs = (axis: number) =>
    a.primitive.before[axis] !== b.primitive.before[axis] || a.primitive.after[axis] !== b.primitive.after[axis]
  const [axis, ...others] = range(a.shape.length).filter(differs)
  if (axis === undefined || others.length > 0) return null
  const [first, second] = a.primitive.before[axis] < b.primitive.before[axis] ? [a, b] : [b, a]
  if (first.primitive.before[axis] + first.inputs[0].shape[axis] !== second.primitive.before[axis]) return null
  return pad(concat([first.inputs[0], second.inputs[0]], axis), first.primitive.before, second.primitive.after)
}
