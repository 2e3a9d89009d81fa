import { shapeError } from '../tensor.ts'
import type { Tensor } from '../tensor.ts'
import { imageExtents, requireWhole } from './images.ts'
import { averagePool } from './pool.ts'
import { betweenMiddles, resample, smoothShares } from './resample.ts'

/** Every pixel the mean of a square: [batch, h * factor, w * factor, channels] -> [batch, h, w, channels]. */
export function downsampleAverage(x: Tensor, factor: number): Tensor {
  requireMultiples('downsampleAverage', x, factor)
  return averagePool(x, { kernel: factor })
}

/**
 * Every pixel the mean of those within `factor` of its middle, weighted by distance, so that nothing fine turns
 * into something coarse; as antialiased bilinear interpolation of PyTorch and Pillow. [batch, h * factor, w *
 * factor, channels] -> [batch, h, w, channels].
 */
export function downsampleSmooth(x: Tensor, factor: number): Tensor {
  requireMultiples('downsampleSmooth', x, factor)
  const smaller = (image: Tensor, axis: number): Tensor => {
    const extent = image.shape[axis]
    return resample(image, axis, smoothShares(betweenMiddles(extent, extent / factor)))
  }
  return factor === 1 ? x : smaller(smaller(x, 1), 2)
}

function requireMultiples(operation: string, x: Tensor, factor: number): void {
  const { height, width } = imageExtents(operation, x)
  requireWhole(operation, x, 'factor', factor)
  if (height % factor !== 0 || width % factor !== 0)
    throw shapeError(operation, [x], `its height and width must be multiples of ${factor}`)
}
