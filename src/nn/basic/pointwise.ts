import { reshape } from '../../tensor/operations/index.ts'
import { named, shapeError } from '../../tensor/tensor.ts'
import { dense } from './dense.ts'
import type { DenseOptions } from './dense.ts'
import type { Layer } from '../layer.ts'

/**
 * The same dense layer at every pixel, which is a convolution of kernel 1: [..., n] -> [..., units] with weight [n, units] and
 * bias [units].
 */
export function pointwise(units: number, options: DenseOptions = {}): Layer {
  const everywhere = dense(units, options)
  return {
    name: 'pointwise',
    mixesBatch: false,
    init(inputShape, random) {
      if (inputShape.length === 0) throw shapeError('pointwise', [inputShape], 'needs an axis of features')
      return { ...everywhere.init(inputShape.slice(-1), random), shape: [...inputShape.slice(0, -1), units] }
    },
    apply(variables, x, mode) {
      const pixels = reshape(x, [-1, x.shape[x.shape.length - 1]])
      const { output, buffers } = everywhere.apply(variables, pixels, mode)
      const whole = reshape(output, [...x.shape.slice(0, -1), units])
      if (x.shape.length !== 4) return { output: whole, buffers }
      const { weight, bias } = variables.parameters
      const inputs = bias === undefined ? [x, weight] : [x, weight, bias]
      return { output: named({ name: 'pointwise', inputs, attributes: {} }, whole), buffers }
    },
  }
}
