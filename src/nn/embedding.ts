import { UserError } from '../tensor/errors.ts'
import { gather } from '../tensor/operations/index.ts'
import { shapeError } from '../tensor/tensor.ts'
import { normal } from './initializers.ts'
import type { Initializer } from './initializers.ts'
import type { Layer } from './layer.ts'

/**
 * A learned vector for every class: labels i32 [batch], each in 0 ... classes - 1 (others are clamped to it) -> [batch, size]
 * with weight [classes, size], which begins standard normal as in PyTorch. A sample of its input has the shape [].
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
      if (inputShape.length !== 0) throw shapeError('embedding', [inputShape], 'takes one label per sample')
      const weight = initializer([classes, size], { in: classes, out: size }, random)
      return { parameters: { weight }, buffers: {}, shape: [size] }
    },
    apply: ({ parameters }, labels) => ({ output: gather(parameters.weight, labels), buffers: {} }),
  }
}
