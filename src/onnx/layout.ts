import { transpose } from '../tensor/operations/index.ts'
import { shapeError } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** Images as the world of ONNX expects them: [batch, height, width, channels] -> [batch, channels, height, width]. */
export function toChannelsFirst(images: Tensor): Tensor {
  if (images.shape.length !== 4)
    throw shapeError('toChannelsFirst', [images], 'takes images [batch, height, width, channels]')
  return transpose(images, [0, 3, 1, 2])
}
