import { add, broadcast, constant, gather, mul } from '../../tensor/operations/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Layer } from '../layer.ts'
import { batchNorm } from '../normalization/batch-norm.ts'
import type { BatchNormOptions } from '../normalization/batch-norm.ts'
import { classesIn, requireClasses } from './class-field.ts'
import { perSample } from './per-sample.ts'

/**
 * Batch normalization with a scale and a shift of each class's own (de Vries et al. 2017): parameters [classes, features].
 * All classes share the statistics of the batch.
 */
export function conditionalBatchNorm(classes: number, options: BatchNormOptions = {}): Layer {
  const shared = batchNorm(options)
  return {
    name: 'conditionalBatchNorm',
    mixesBatch: true,
    init(inputShape, random, given) {
      requireClasses(given, classes, 'conditionalBatchNorm')
      const { buffers, shape } = shared.init(inputShape, random)
      const filled = (value: number) => broadcast(constant(value), [classes, ...shape.slice(-1)])
      return { parameters: { scale: filled(1), shift: filled(0) }, buffers, shape }
    },
    apply({ parameters, buffers }, x, mode) {
      const asItIs = { scale: constant(1), shift: constant(0) }
      const normal = shared.apply({ parameters: asItIs, buffers }, x, mode)
      const indices = classesIn(mode, 'conditionalBatchNorm')
      const own = (table: Tensor) => perSample(gather(table, indices), x)
      return { output: add(mul(normal.output, own(parameters.scale)), own(parameters.shift)), buffers: normal.buffers }
    },
  }
}
