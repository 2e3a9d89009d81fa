import { range } from '../tensor/shape.ts'
import { isOne, multiplyExtents } from './extent.ts'
import type { Extent } from './extent.ts'
import type { Handle } from './graph-builder.ts'

/**
 * How a tensor stands in the model: for each axis there, the axes of the tensor that it runs over, row-major. Images [n, h, w, c]
 * with their channels first are [[0], [3], [1], [2]], and as vectors [[0], [1, 2, 3]].
 */
export type Arrangement = readonly (readonly number[])[]

/**
 * What stands for a tensor in the ONNX graph. Moving axes, splitting and joining them changes the arrangement first; operators
 * that move numbers are written when somebody needs another one. Where the tensor repeats itself, one of the repetitions may
 * stand for all.
 */
export interface Value {
  readonly handle: Handle
  /** Axes of the tensor that are nowhere in it have size 1. */
  readonly axes: Arrangement
  /** Sizes of the tensor's axes as they stand there: 1 for those that are repeated. */
  readonly extents: readonly Extent[]
}

/** Every axis by itself, in this order. */
export const separate = (order: readonly number[]): Arrangement => order.map((axis) => [axis])

/** As the tensor has them. */
export const inOrder = (rank: number): Arrangement => separate(range(rank))

/** As ONNX wants images, and whatever else has features: [batch, ..., features] with the features behind the batch. */
export const featuresFirst = (rank: number): Arrangement => separate([0, rank - 1, ...range(rank).slice(1, -1)])

/** The axes of one axis of the model that are more than 1 long. */
export const occupied = (axes: readonly number[], extents: readonly Extent[]): readonly number[] =>
  axes.filter((axis) => !isOne(extents[axis]))

/** Whether a value stands so, axes of size 1 apart. */
export const stands = ({ axes, extents }: Omit<Value, 'handle'>, target: Arrangement): boolean =>
  axes.length === target.length &&
  axes.every((joined, index) => occupied(joined, extents).join() === occupied(target[index], extents).join())

/** The sizes of the axes in the model. */
export const standingExtents = (axes: Arrangement, extents: readonly Extent[], one: Extent): Extent[] =>
  axes.map((joined) => joined.map((axis) => extents[axis]).reduce(multiplyExtents, one))

/** All axes, those that stand nowhere after the one in front of them. */
export function completeOrder({ axes }: Pick<Value, 'axes'>, rank: number): number[] {
  const order = axes.flat()
  for (const axis of range(rank)) if (!order.includes(axis)) order.splice(order.indexOf(axis - 1) + 1, 0, axis)
  return order
}

/** Axis i of the result is axis permutation[i] of the tensor. */
export const turned = ({ handle, axes, extents }: Value, permutation: readonly number[]): Value => ({
  handle,
  axes: axes.map((joined) => joined.map((axis) => permutation.indexOf(axis))),
  extents: permutation.map((axis) => extents[axis]),
})

/** The result has more axes in front, along which it is repeated. */
export const deepened = ({ handle, axes, extents }: Value, added: number, one: Extent): Value => ({
  handle,
  axes: axes.map((joined) => joined.map((axis) => axis + added)),
  extents: [...range(added).map(() => one), ...extents],
})

/** The same numbers in another shape, where no number has to move and no axes have to be joined; else null. */
export function reshaped(
  { handle, axes, extents }: Value,
  from: readonly Extent[],
  to: readonly Extent[],
  one: Extent,
): Value | null {
  const runs = runsBetween(from, to, one)
  const result: number[][] = []
  for (const joined of axes) {
    const present = occupied(joined, extents)
    const parts = runs.filter(({ from: [first] }) => present.includes(first))
    const becomes = parts.toSorted((a, b) => present.indexOf(a.from[0]) - present.indexOf(b.from[0]))
    if (becomes.flatMap((run) => run.from).join() !== present.join()) return null
    result.push(becomes.flatMap((run) => run.to))
  }
  const standing = result.flat()
  return { handle, axes: result, extents: to.map((extent, axis) => (standing.includes(axis) ? extent : one)) }
}

/** The shortest runs of axes that hold as many elements in both shapes; axes of size 1 are in none. */
function runsBetween(from: readonly Extent[], to: readonly Extent[], one: Extent) {
  const [sources, targets] = [endings(from, one), endings(to, one)]
  const ends = sources.map(({ end }) => end).filter((end) => targets.some((target) => target.end === end))
  const [before, after] = [runsUntil(sources, ends), runsUntil(targets, ends)]
  return before.map((run, index) => ({ from: run, to: after[index] ?? [] }))
}

interface Ending {
  readonly axis: number
  /** How many elements this axis and those in front of it have. */
  readonly end: string
}

function endings(extents: readonly Extent[], one: Extent): Ending[] {
  let product = one
  const all = extents.map((extent, axis) => {
    product = multiplyExtents(product, extent)
    return { axis, end: product.join() }
  })
  return all.filter(({ axis }) => !isOne(extents[axis]))
}

function runsUntil(axes: readonly Ending[], ends: readonly string[]): number[][] {
  const runs: number[][] = [[]]
  for (const { axis, end } of axes) {
    runs[runs.length - 1].push(axis)
    if (ends.includes(end)) runs.push([])
  }
  return runs.filter((run) => run.length > 0)
}
