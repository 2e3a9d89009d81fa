import { UserError } from '../../tensor/errors.ts'
import { gather, reshape } from '../../tensor/operations/index.ts'
import { shapeError } from '../../tensor/tensor.ts'
import { normal } from '../initializers.ts'
import type { Initializer } from '../initializers.ts'
import type { Layer } from '../layer.ts'

/**
 * A learned vector for every whole number: i32 [batch, ...], classes or sequences of words, each in 0 ... classes -
 * 1 (others are clamped to it) -> [batch, ..., size] with weight [classes, size], which begins standard normal as
 * in PyTorch.
 */
export function embedding(classes: number, size: number, initializer: Initializer = normal(1)): Layer {
  if (![classes, size].every((count) => Number.isInteger(count) && count >= 1))
    throw new UserError(
      `An embedding of ${classes} classes in ${size} numbers makes no sense; give whole numbers from 1 on.`,
    )
  return {
    name: 'embedding',
    mixesBatch: false,
    init(inputShape, random) {
      const weight = initializer([classes, size], { in: classes, out: size }, random)
      return { parameters: { weight }, buffers: {}, shape: [...inputShape, size] }
    },
    apply({ parameters }, labels) {
      if (labels.dtype !== 'i32') throw shapeError('embedding', [labels], 'takes whole numbers, i32')
      const rows = gather(parameters.weight, reshape(labels, [-1]))
      return { output: reshape(rows, [...labels.shape, size]), buffers: {} }
    },
  }
}
