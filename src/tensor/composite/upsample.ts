import { add, broadcast, concat, mul, reshape, sliceAxis } from '../operations/index.ts'
import { range } from '../shape.ts'
import { named } from '../tensor.ts'
import type { Tensor } from '../tensor.ts'
import { replicatePad } from './borders.ts'
import { imageExtents, requireWhole } from './images.ts'

/** Every pixel as a square of factor x factor: [batch, h, w, channels] -> [batch, h * factor, w * factor, channels]. */
export function upsampleNearest(x: Tensor, factor: number): Tensor {
  const { batch, height, width, channels } = imageExtents('upsampleNearest', x)
  requireWhole('upsampleNearest', x, 'factor', factor)
  const squares = broadcast(reshape(x, [batch, height, 1, width, 1, channels]), [
    batch,
    height,
    factor,
    width,
    factor,
    channels,
  ])
  const attributes = { way: 'nearest', factor } as const
  const whole = reshape(squares, [batch, height * factor, width * factor, channels])
  return named({ name: 'upsample', inputs: [x], attributes }, whole)
}

/**
 * Pixels between pixels, by distance: [batch, h, w, channels] -> [batch, h * factor, w * factor, channels]. Pixels are
 * squares whose middles carry the values, and the edge continues outside, as PyTorch has it with align_corners=False.
 */
export function upsampleBilinear(x: Tensor, factor: number): Tensor {
  imageExtents('upsampleBilinear', x)
  requireWhole('upsampleBilinear', x, 'factor', factor)
  if (factor === 1) return x
  const whole = betweenNeighbors(betweenNeighbors(replicatePad(x, 1), 1, factor), 2, factor)
  return named({ name: 'upsample', inputs: [x], attributes: { way: 'bilinear', factor } }, whole)
}

/**
 * n + 2 values along an axis, the outermost of which only continue the others -> n * factor. Output o stands at
 * (o + 1/2) / factor - 1/2, so `factor` outputs lie between two neighbours, each at the same share of the way in every
 * gap; what lies outside of the image in the first and the last gap is cut off.
 */
function betweenNeighbors(x: Tensor, axis: number, factor: number): Tensor {
  const gaps = x.shape[axis] - 1
  const first = Math.ceil((factor - 1) / 2)
  const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)]
  const [before, after] = [sliceAxis(x, axis, 0, gaps), sliceAxis(x, axis, 1, gaps)]
  // One by one rather than by a table of shares, so that the derivative is elementwise work and no sum of `factor` numbers.
  const outputs = range(factor).map((output) => {
    const share = (first + output + 0.5) / factor - 0.5
    return reshape(add(mul(before, 1 - share), mul(after, share)), [...outer, gaps, 1, ...inner])
  })
  const whole = reshape(concat(outputs, axis + 1), [...outer, gaps * factor, ...inner])
  return sliceAxis(whole, axis, factor - first, (gaps - 1) * factor)
}
