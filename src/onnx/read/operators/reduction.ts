import { logSumExp } from '../../../tensor/composite.ts'
import { abs, argmax, cast, maximum, mean, mul, neg, reshape, sqrt, sum } from '../../../tensor/operations/index.ts'
import { range } from '../../../tensor/shape.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import type { Node, Operator } from '../node.ts'
import { placeOf, reshaped, shapeOf, standing } from '../view.ts'
import type { View } from '../view.ts'

type Reduce = typeof sum

const squares = (x: Tensor): Tensor => mul(x, x)

/** Axes are an attribute in older versions and an input in newer ones. */
const reduction =
  (reduce: Reduce): Operator =>
  (node) => {
    const view = node.input(0)
    const rank = view.order.length
    const given = node.has(1) ? node.numbers(1) : node.ints('axes')
    const isEmpty = given === null || given.length === 0
    if (isEmpty && node.int('noop_with_empty_axes', 0) === 1) return view
    const axes = isEmpty ? range(rank) : given.map((axis) => node.axis(axis, rank))
    const places = axes.map((axis) => placeOf(view, axis))
    const kept = { tensor: reduce(view.tensor, { axes: places, keep: true }), order: view.order }
    return node.int('keepdims', 1) === 1 ? kept : without(kept, axes)
  }

/** Without axes, all of size 1. */
export const without = (view: View, axes: readonly number[]): View =>
  reshaped(
    view,
    shapeOf(view).filter((_, axis) => !axes.includes(axis)),
  )

/** Index of the first largest (or smallest) element along an axis. */
const indexOf =
  (change: (x: Tensor) => Tensor): Operator =>
  (node: Node) => {
    if (node.int('select_last_index', 0) !== 0)
      throw node.error('asks for the last index of equals, which is not known here')
    const view = node.input(0)
    const axis = node.axis(node.int('axis', 0), view.order.length)
    const others = view.order.filter((one) => one !== axis)
    const indices = argmax(change(cast(standing(view, [...others, axis]), 'f32')))
    const kept = { tensor: reshape(indices, [...indices.shape, 1]), order: [...others, axis] }
    return node.int('keepdims', 1) === 1 ? kept : without(kept, [axis])
  }

export const reductions: Readonly<Record<string, Operator>> = {
  ReduceSum: reduction(sum),
  ReduceMean: reduction(mean),
  ReduceMax: reduction(maximum),
  ReduceMin: reduction((x, options) => neg(maximum(neg(x), options))),
  ReduceL1: reduction((x, options) => sum(abs(x), options)),
  ReduceL2: reduction((x, options) => sqrt(sum(squares(x), options))),
  ReduceSumSquare: reduction((x, options) => sum(squares(x), options)),
  ReduceLogSumExp: reduction(logSumExp),
  ArgMax: indexOf((x) => x),
  ArgMin: indexOf(neg),
}
