import { greatestCommonDivisor, range } from '../tensor/shape.ts'
import type { Shape } from '../tensor/tensor.ts'
import { loadsOf, readBy } from './nest.ts'
import type { Access, Block, Nest } from './nest.ts'

/** A piece of a block that a kernel reads or writes, and how it walks through it. */
export interface Region {
  readonly block: Block
  readonly isWritten: boolean
  readonly from: number
  readonly to: number
  /** Longest strides first; none where the walk is not known. */
  readonly walk: readonly { readonly extent: number; readonly stride: number }[]
}

/** Everything that a kernel touches, block by block. */
export function regionsOf({ space, producer, body }: Nest): Map<Block, Region[]> {
  const all = [
    ...loadsOf(body.values).map((access) => walked(access, space, false)),
    ...body.stores.map(({ access }) => walked(access, space, true)),
    ...(producer === null ? [] : readBy(producer)).map(({ block }): Region => ({
      block,
      isWritten: false,
      from: 0,
      to: block.size,
      walk: [],
    })),
  ]
  const regions = new Map<Block, Region[]>()
  for (const region of all) regions.set(region.block, [...(regions.get(region.block) ?? []), region])
  return regions
}

function walked({ block, offset, strides }: Access, space: Shape, isWritten: boolean): Region {
  const walk = strides
    .map((stride, axis) => ({ extent: space[axis], stride }))
    .filter(({ extent, stride }) => extent > 1 && stride !== 0)
    .toSorted((a, b) => b.stride - a.stride)
  return { block, isWritten, from: offset, to: offset + reachOf(walk) + 1, walk }
}

const reachOf = (walk: Region['walk']): number =>
  walk.reduce((sum, { extent, stride }) => sum + stride * (extent - 1), 0)

/** Whether kernels that touch these regions of one block must not run at the same time. */
export const conflict = (a: readonly Region[], b: readonly Region[]): boolean =>
  a.some((x) => b.some((y) => (x.isWritten || y.isWritten) && x.from < y.to && y.from < x.to && !interleave(x, y)))

/**
 * Whether two walks through the same memory never meet, as the rows and columns of parts that were put together in turn: seen modulo
 * a common divisor of their longer strides, each stays within a stretch of its own.
 */
function interleave(x: Region, y: Region): boolean {
  return range(x.walk.length).some((outerX) =>
    range(y.walk.length).some((outerY) => {
      const longer = [...x.walk.slice(0, outerX + 1), ...y.walk.slice(0, outerY + 1)].map(({ stride }) => stride)
      const period = longer.reduce(greatestCommonDivisor)
      const [lengthX, lengthY] = [reachOf(x.walk.slice(outerX + 1)) + 1, reachOf(y.walk.slice(outerY + 1)) + 1]
      const apart = (((y.from - x.from) % period) + period) % period
      return apart >= lengthX && apart + lengthY <= period
    }),
  )
}
