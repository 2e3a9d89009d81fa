import { addresses } from '../tensor/rules/reference.ts'
import { stridesOf } from '../tensor/shape.ts'
import { isFixed, repeated, sameExtent } from './extent.ts'
import type { Extent } from './extent.ts'
import type { GraphBuilder, Handle, Numbers } from './graph-builder.ts'
import { ints } from './messages.ts'

/** Ways to move the numbers behind a handle. What the model brings with it is moved when the model is written. */
export interface Movement {
  /** Axis i of the result is axis permutation[i]. */
  transpose(path: string, handle: Handle, permutation: readonly number[]): Handle
  reshape(path: string, handle: Handle, from: readonly Extent[], to: readonly Extent[]): Handle
  /** Repeats axes of size 1, and adds axes in front. */
  expand(path: string, handle: Handle, from: readonly Extent[], to: readonly Extent[]): Handle
}

/** @param vector writes a list of extents. */
export function movements(
  { operator, moved }: GraphBuilder,
  vector: (label: string, entries: readonly Extent[]) => Handle,
): Movement {
  return {
    transpose: (path, handle, permutation) =>
      moved(handle, `transposed ${permutation.join()}`, (numbers) => transposed(numbers, permutation)) ??
      operator(path, 'Transpose', [handle], [ints('perm', permutation)]),
    reshape(path, handle, from, to) {
      const shape = to.map(([extent]) => extent)
      const there = to.every(isFixed)
        ? moved(handle, `reshaped ${shape.join()}`, (numbers) => ({ ...numbers, shape }))
        : null
      return there ?? operator(path, 'Reshape', [handle, vector('shape', reshapeTarget(from, to))])
    },
    expand(path, handle, from, to) {
      const [count] = to.map(([extent]) => extent)
      // A row of equal numbers; what is longer than that is better made at run time.
      const isRow = to.length === 1 && to.every(isFixed)
      const there = isRow ? moved(handle, `expanded ${count}`, (numbers) => filled(numbers, count)) : null
      return there ?? operator(path, 'Expand', [handle, vector('shape', expandTarget(from, to))])
    },
  }
}

/**
 * The target of a Reshape: 0 (as it is) for axes that follow the batch size and stay in place, -1 (what remains) for one
 * more that follows it. So most models need no arithmetic on shapes.
 */
function reshapeTarget(from: readonly Extent[], to: readonly Extent[]): Extent[] {
  const stays = to.map((extent, axis) => axis < from.length && !isFixed(extent) && sameExtent(extent, from[axis]))
  const remains = to.findIndex((extent, axis) => !isFixed(extent) && !stays[axis])
  return to.map((extent, axis) =>
    stays[axis] ? repeated(0, extent) : axis === remains ? repeated(-1, extent) : extent,
  )
}

/** Expand leaves an axis alone that is asked to become 1, which spares computing an extent that is there already. */
function expandTarget(from: readonly Extent[], to: readonly Extent[]): Extent[] {
  const there = (extent: Extent, axis: number) => sameExtent(extent, from.at(axis - to.length) ?? [])
  return to.map((extent, axis) => (!isFixed(extent) && there(extent, axis) ? repeated(1, extent) : extent))
}

function transposed({ type, shape, rawData }: Numbers, permutation: readonly number[]): Numbers {
  const target = permutation.map((axis) => shape[axis])
  const strides = stridesOf(shape)
  const from = addresses(
    target,
    permutation.map((axis) => strides[axis]),
  )
  const bytes = rawData.length / from.length
  const moved = new Uint8Array(rawData.length)
  from.forEach((element, index) => {
    for (let i = 0; i < bytes; i++) moved[index * bytes + i] = rawData[element * bytes + i]
  })
  return { type, shape: target, rawData: moved }
}

/** A single number, `count` times. */
function filled({ type, rawData }: Numbers, count: number): Numbers {
  const row = Uint8Array.from({ length: rawData.length * count }, (_, index) => rawData[index % rawData.length])
  return { type, shape: [count], rawData: row }
}
