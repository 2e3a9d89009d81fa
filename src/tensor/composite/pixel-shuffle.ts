import { reshape, transpose } from '../operations/index.ts'
import { named, shapeError } from '../tensor.ts'
import type { Tensor } from '../tensor.ts'
import { imageExtents, requireWhole } from './images.ts'

/**
 * Channels become pixels (Shi et al. 2016): [batch, h, w, channels * factor^2] -> [batch, h * factor, w * factor, channels].
 * As in PyTorch, channel (c * factor + row) * factor + column goes to channel c.
 */
export function pixelShuffle(x: Tensor, factor: number): Tensor {
  const { batch, height, width, channels } = imageExtents('pixelShuffle', x)
  requireWhole('pixelShuffle', x, 'factor', factor)
  const left = channels / factor ** 2
  if (!Number.isInteger(left))
    throw shapeError('pixelShuffle', [x], `its channels do not divide into squares of ${factor} x ${factor}`)
  const squares = transpose(reshape(x, [batch, height, width, left, factor, factor]), [0, 1, 4, 2, 5, 3])
  const whole = reshape(squares, [batch, height * factor, width * factor, left])
  return named({ name: 'pixelShuffle', inputs: [x], attributes: { factor } }, whole)
}

/** The way back: [batch, h * factor, w * factor, channels] -> [batch, h, w, channels * factor^2]. */
export function pixelUnshuffle(x: Tensor, factor: number): Tensor {
  const { batch, height, width, channels } = imageExtents('pixelUnshuffle', x)
  requireWhole('pixelUnshuffle', x, 'factor', factor)
  if (height % factor !== 0 || width % factor !== 0)
    throw shapeError('pixelUnshuffle', [x], `its height and width must be multiples of ${factor}`)
  const [rows, columns] = [height / factor, width / factor]
  const squares = transpose(reshape(x, [batch, rows, factor, columns, factor, channels]), [0, 1, 3, 5, 2, 4])
  const whole = reshape(squares, [batch, rows, columns, channels * factor ** 2])
  return named({ name: 'pixelUnshuffle', inputs: [x], attributes: { factor } }, whole)
}
