import { isKind } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { completeOrder, inOrder, occupied, separate } from './arrangement.ts'
import type { Arrangement, Value } from './arrangement.ts'
import type { Traces } from './trace.ts'

const axesOf = ({ axes, extents }: Value): readonly number[] => occupied(axes.flat(), extents)

/** Whether axes are out of order. */
const isMoved = (value: Value): boolean => axesOf(value).some((axis, index, all) => index > 0 && axis < all[index - 1])

/**
 * How the operands of one operation should stand so that little is moved: as one with the most axes. Where several such stand
 * differently, as one that the model computes; and out of order, as convolutions around it want it, unless the result is to leave
 * the model, as a new weight does.
 */
export function commonArrangement(
  operands: readonly Value[],
  rank: number,
  { isComputed, leaves }: { readonly isComputed: (value: Value) => boolean; readonly leaves: boolean },
): Arrangement {
  const most = Math.max(...operands.map((operand) => axesOf(operand).length))
  const largest = operands.filter((operand) => axesOf(operand).length === most)
  const computed = largest.filter(isComputed)
  const candidates = computed.length > 0 ? computed : largest
  const { axes, extents } = candidates.find((operand) => isMoved(operand) !== leaves) ?? candidates[0]

  const reached = axes.flat()
  if (operands.some((operand) => axesOf(operand).some((axis) => !reached.includes(axis)))) return inOrder(rank)
  // Axes that are joined are repeated together or not at all.
  const areWhole = axes.every((joined) =>
    operands.every((operand) =>
      [0, occupied(joined, extents).length].includes(occupied(joined, operand.extents).length),
    ),
  )
  return areWhole ? axes : separate(completeOrder({ axes }, rank))
}

/** What leaves the model, and what becomes nothing but that, element by element: it has to end in order. */
export function leavingTensors({ graph, order, inputsOf, originOf }: Traces): ReadonlySet<Tensor> {
  const outputs = new Set(graph.outputs.map(({ tensor }) => tensor))
  const leaving = new Set<Tensor>()
  const staying = new Set<Tensor>()
  // Readers come before what they read.
  for (const tensor of order.toReversed()) {
    if (outputs.has(tensor) || !staying.has(tensor)) leaving.add(tensor)
    const isElementwise = isKind(tensor, 'elementwise') && originOf(tensor) === undefined
    if (!isElementwise || !leaving.has(tensor)) inputsOf(tensor).forEach((x) => staying.add(x))
  }
  return leaving
}
