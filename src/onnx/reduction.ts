import type { Tensor } from '../tensor/tensor.ts'
import { separate } from './arrangement.ts'
import type { Value } from './arrangement.ts'
import { int } from './messages.ts'
import type { Writer } from './writer.ts'

/** A reduction of x along axes, which stay with size 1 or are gone in the tensor that it gives. */
export function writeReduction(
  type: string,
  tensor: Tensor,
  x: Tensor,
  { axes, keep }: { readonly axes: readonly number[]; readonly keep: boolean },
  writer: Writer,
): Value {
  const order = writer.order(x)
  const places = axes.map((axis) => order.indexOf(axis))
  const left = order.filter((axis) => !axes.includes(axis))
  // Axes of the result are counted without those that are gone.
  const ofResult = keep ? order : left.map((axis) => axis - axes.filter((gone) => gone < axis).length)
  const inputs = [writer.place(x, separate(order)), writer.constant('axes', 'i64', [places.length], places)]
  return writer.whole(tensor, type, inputs, [int('keepdims', keep ? 1 : 0)], separate(ofResult))
}
