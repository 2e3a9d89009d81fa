import { rsqrt, square } from '../composite.ts'
import { add, mean, mul } from '../operations/index.ts'
import { shapeError } from '../tensor.ts'
import type { Tensor } from '../tensor.ts'

/**
 * Every pixel's features (the last axis) divided by the root of their mean square (Karras et al. 2018, section 4.2):
 * x / sqrt(mean(x^2) + epsilon), with the paper's epsilon by default.
 */
export function pixelNorm(x: Tensor, epsilon = 1e-8): Tensor {
  if (x.shape.length < 2) throw shapeError('pixelNorm', [x], 'needs an axis of features behind the batch')
  return mul(x, rsqrt(add(mean(square(x), { axes: [-1], keep: true }), epsilon)))
}
