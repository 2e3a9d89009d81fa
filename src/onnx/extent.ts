/**
 * What one extent (or another whole number of a graph) is at every batch size that the graph was traced at: [4, 8, 12]
 * at [4, 8, 12] is the batch, [784, 784, 784] is fixed. A graph of one size has extents of one entry.
 */
export type Extent = readonly number[]

export const isFixed = (extent: Extent): boolean => extent.every((value) => value === extent[0])
export const isOne = (extent: Extent): boolean => extent.every((value) => value === 1)
export const sameExtent = (a: Extent, b: Extent): boolean => a.every((value, index) => value === b[index])

export const sameExtents = (a: readonly Extent[], b: readonly Extent[]): boolean =>
  a.length === b.length && a.every((extent, axis) => sameExtent(extent, b[axis]))

/** Lists of equal length, one per batch size, as one extent per entry. */
export const extentsFrom = (lists: readonly (readonly number[])[]): Extent[] =>
  lists[0].map((_, index) => lists.map((list) => list[index]))

/** The number `value` at every batch size. */
export const repeated = (value: number, like: Extent): Extent => like.map(() => value)

export const addExtents = (a: Extent, b: Extent): Extent => a.map((value, index) => value + b[index])

export const multiplyExtents = (a: Extent, b: Extent): Extent => a.map((value, index) => value * b[index])

/** The extents that both broadcast to; they are known to fit. */
export function commonExtents(a: readonly Extent[], b: readonly Extent[]): readonly Extent[] {
  const [longer, shorter] = a.length >= b.length ? [a, b] : [b, a]
  const added = longer.length - shorter.length
  return longer.map((extent, axis) => (axis >= added && isOne(extent) ? shorter[axis - added] : extent))
}

/** scale * batch + offset. */
export interface Affine {
  readonly scale: number
  readonly offset: number
}

/** How an extent follows from the batch size in whole numbers, or null where it does not. */
export function affine(extent: Extent, batches: Extent): Affine | null {
  const scale = (extent[1] - extent[0]) / (batches[1] - batches[0])
  const offset = extent[0] - scale * batches[0]
  const fits = Number.isInteger(scale) && batches.every((batch, index) => scale * batch + offset === extent[index])
  return fits ? { scale, offset } : null
}

export function showAffine({ scale, offset }: Affine): string {
  const product = scale === 1 ? 'batch' : `${scale}*batch`
  return offset === 0 ? product : `${product}${offset < 0 ? '' : '+'}${offset}`
}
