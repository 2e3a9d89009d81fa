import { broadcast, literal, matmul, reshape } from '../operations/index.ts'
import { range, sizeOf } from '../shape.ts'
import { shapeError } from '../tensor.ts'
import type { Tensor } from '../tensor.ts'

/** One axis resampled: which inputs each output is the sum of, and with what shares. */
export type Shares = readonly (readonly { readonly index: number; readonly share: number }[])[]

/** How an axis of `extent` elements becomes one of `size`. */
export interface Sampling {
  readonly extent: number
  readonly size: number
  /** Where an output stands among the inputs, whose middles are 0, 1, 2, ... */
  readonly position: (output: number) => number
}

/** Elements are squares whose middles carry the values, as PyTorch (align_corners=False), OpenCV and browsers have it. */
export const betweenMiddles = (extent: number, size: number, scale = size / extent): Sampling => ({
  extent,
  size,
  position: (output) => (output + 0.5) / scale - 0.5,
})

/** Between the two inputs around each output by distance; the edge continues outside. */
export function linearShares({ extent, size, position }: Sampling): Shares {
  return range(size).map((output) => {
    const place = Math.max(0, Math.min(extent - 1, position(output)))
    const [before, after] = [Math.floor(place), Math.min(Math.floor(place) + 1, extent - 1)]
    const share = place - before
    return share === 0
      ? [{ index: before, share: 1 }]
      : [
          { index: before, share: 1 - share },
          { index: after, share },
        ]
  })
}

/**
 * As linearShares where an axis grows; where it shrinks, over all inputs that an output covers, so that none is left out.
 * What is covered outside of the image is left out of account (Pillow, PyTorch's antialias=True), or is the edge (ONNX).
 */
export function smoothShares({ extent, size, position }: Sampling, outside: 'nothing' | 'edge' = 'nothing'): Shares {
  const reach = Math.max(1, extent / size)
  return range(size).map((output) => {
    const middle = position(output)
    const covered = range(Math.ceil(2 * reach) + 1)
      .map((offset) => Math.floor(middle - reach) + 1 + offset)
      .map((index) => ({ index, share: Math.max(0, 1 - Math.abs(index - middle) / reach) }))
      .filter(({ index, share }) => share > 0 && (outside === 'edge' || (index >= 0 && index < extent)))
    const total = covered.reduce((sum, { share }) => sum + share, 0)
    return covered.map(({ index, share }) => ({
      index: Math.max(0, Math.min(extent - 1, index)),
      share: share / total,
    }))
  })
}

/** Keys's cubic (1981) with a = -1/2. */
function cubic(distance: number): number {
  const x = Math.abs(distance)
  if (x <= 1) return (1.5 * x - 2.5) * x * x + 1
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
}

/**
 * Bicubic as MATLAB's imresize: where an axis shrinks, the kernel is stretched by as much, so that nothing is aliased. Beyond an edge
 * the axis continues as its mirror image, the edge repeated.
 */
export function cubicShares({ extent, size, position }: Sampling): Shares {
  const stretch = Math.max(1, extent / size)
  return range(size).map((output) => {
    const middle = position(output)
    const covered = range(Math.ceil(4 * stretch) + 2)
      .map((offset) => Math.floor(middle - 2 * stretch) + offset)
      .map((index) => ({ index, share: cubic((index - middle) / stretch) }))
      .filter(({ share }) => share !== 0)
    const total = covered.reduce((sum, { share }) => sum + share, 0)
    return covered.map(({ index, share }) => ({ index: mirroredAt(index, extent), share: share / total }))
  })
}

/** ... 1 0 | 0 1 ... extent - 1 | extent - 1 ... */
function mirroredAt(index: number, extent: number): number {
  const within = ((index % (2 * extent)) + 2 * extent) % (2 * extent)
  return within < extent ? within : 2 * extent - 1 - within
}

/** An axis of x [..., extent, ...] -> [..., shares.length, ...], every output the sum of its shares. */
export function resample(x: Tensor, axis: number, shares: Shares): Tensor {
  const extent = x.shape[axis]
  if (x.dtype !== 'f32' || shares.some((near) => near.some(({ index }) => index >= extent)))
    throw shapeError('resample', [x], `has no f32 axis ${axis} for these shares`)
  const table = range(shares.length * extent).map(() => 0)
  shares.forEach((near, output) => near.forEach(({ index, share }) => (table[output * extent + index] += share)))
  const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)]
  const rows = sizeOf(outer)
  const weights = broadcast(literal(table, [shares.length, extent]), [rows, shares.length, extent])
  return reshape(matmul(weights, reshape(x, [rows, extent, sizeOf(inner)])), [...outer, shares.length, ...inner])
}
