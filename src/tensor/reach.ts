import type { Convolution, Tensor } from './tensor.ts'

/**
 * The first and the last row (direction 0) or column (1) of its images that a convolution with this kernel reads; may lie
 * outside of them.
 */
export function reachOf({ size, stride, dilation, offset }: Convolution, kernel: Tensor, direction: 0 | 1) {
  const ends = [(size[direction] - 1) * stride[direction], (kernel.shape[direction + 1] - 1) * dilation[direction]]
  const first = offset[direction] + ends.reduce((sum, end) => sum + Math.min(0, end), 0)
  return { first, last: first + ends.reduce((sum, end) => sum + Math.abs(end), 0) }
}
