import { moments } from '../../tensor/composite.ts'
import type { Moments } from '../../tensor/composite.ts'
import { add, broadcast, constant, mul, sub } from '../../tensor/operations/index.ts'
import { range, sizeOf } from '../../tensor/shape.ts'
import { named, shapeError } from '../../tensor/tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Variables } from '../../tensor/tree.ts'
import { initAffine, normalizeAffine } from './affine.ts'
import type { Layer } from '../layer.ts'

/** How batch normalization goes about it. */
export interface BatchNormOptions {
  /** Share of the new batch in the running statistics; default 0.1. */
  readonly momentum?: number
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number
}

/**
 * Batch normalization (Ioffe and Szegedy 2015) as in PyTorch: every feature (last axis) gets mean 0 and variance 1 over
 * the batch, then a learned scale and shift. Running statistics, with the unbiased variance, take over in evaluation.
 */
export function batchNorm({ momentum = 0.1, epsilon = 1e-5 }: BatchNormOptions = {}): Layer {
  return {
    name: 'batchNorm',
    mixesBatch: true,
    init(shape) {
      if (shape.length === 0) throw shapeError('batchNorm', [shape], 'needs an axis of features')
      const filled = (value: number) => broadcast(constant(value), shape.slice(-1))
      return {
        parameters: initAffine(shape[shape.length - 1]),
        buffers: { runningMean: filled(0), runningVariance: filled(1) },
        shape,
      }
    },
    apply({ parameters, buffers }, x, mode) {
      const scaled = (statistics: Moments) => normalizeAffine(x, statistics, parameters, epsilon)
      const running = { mean: buffers.runningMean, variance: buffers.runningVariance }
      if (!mode.training) {
        const { scale, shift } = parameters
        const inputs = [x, scale, shift, running.mean, running.variance]
        return {
          output: named({ name: 'batchNormalization', inputs, attributes: { epsilon } }, scaled(running)),
          buffers,
        }
      }
      const statistics = batchMoments(x)
      return { output: scaled(statistics), buffers: follow(running, statistics, x) }
    },
  }

  /** Running statistics after one more batch. */
  function follow(running: Moments, batch: Moments, x: Tensor): Variables {
    const toward = (old: Tensor, seen: Tensor) => add(old, mul(sub(seen, old), momentum))
    const count = sizeOf(x.shape.slice(0, -1))
    return {
      runningMean: toward(running.mean, batch.mean),
      runningVariance: toward(running.variance, mul(batch.variance, count / (count - 1))),
    }
  }
}

function batchMoments(x: Tensor): Moments {
  if (sizeOf(x.shape.slice(0, -1)) < 2) throw shapeError('batchNorm', [x], 'needs two values per feature to learn from')
  return moments(x, { axes: range(x.shape.length - 1) })
}
