import { UserError } from '../../tensor/errors.ts'
import { concat, cos, matmul, mul, sin } from '../../tensor/operations/index.ts'
import { shapeError } from '../../tensor/tensor.ts'
import { normal } from '../initializers.ts'
import type { Layer } from '../layer.ts'

/** What the waves are. */
export interface FourierFeaturesOptions {
  /** How many waves there are; each gives two features. */
  readonly waves: number
  /** Deviation of their frequencies, in waves per unit of the input: the inverse of the distances that are told apart easily. */
  readonly deviation: number
}

/**
 * [cos(2 pi x B), sin(2 pi x B)] with a fixed normal matrix B (Tancik et al. 2020, "Fourier Features Let Networks Learn High Frequency
 * Functions in Low Dimensional Domains", section 5): [batch, n] -> [batch, 2 waves]. Of few coordinates perceptrons learn
 * slowly what changes over short distances; of waves they do not. B is kept as the buffer `frequencies` [n, waves].
 */
export function fourierFeatures({ waves, deviation }: FourierFeaturesOptions): Layer {
  if (!Number.isInteger(waves) || waves < 1)
    throw new UserError(`fourierFeatures cannot have ${waves} waves; give a whole number from 1 on.`)
  if (!(deviation > 0))
    throw new UserError(`Frequencies cannot have a deviation of ${deviation}; give a number above 0.`)
  return {
    name: 'fourierFeatures',
    mixesBatch: false,
    init(inputShape, random) {
      if (inputShape.length !== 1)
        throw shapeError('fourierFeatures', [inputShape], 'takes vectors; put flatten() in front')
      const shape = [inputShape[0], waves]
      const frequencies = normal(deviation)(shape, { in: inputShape[0], out: waves }, random)
      return { parameters: {}, buffers: { frequencies }, shape: [2 * waves] }
    },
    apply({ buffers: { frequencies } }, x) {
      const angles = mul(matmul(x, frequencies), 2 * Math.PI)
      return { output: concat([cos(angles), sin(angles)], 1), buffers: { frequencies } }
    },
  }
}
