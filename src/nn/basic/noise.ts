import { UserError } from '../../tensor/errors.ts'
import { add, broadcast, constant, mul, randomNormal } from '../../tensor/operations/index.ts'
import { shapeError } from '../../tensor/tensor.ts'
import { noVariables } from '../layer.ts'
import type { Layer } from '../layer.ts'

/** How much noise there is. */
export interface NoiseOptions {
  /** Deviation of the noise, or 'learned'. */
  readonly deviation: number | 'learned'
}

/**
 * x plus normal noise, drawn anew at every use, in training and after. With a deviation, every element has noise of
 * its own. 'learned' (Karras et al. 2019, StyleGAN): one number for each pixel, times the parameter `weight`
 * [channels] of its channel, which begins as 0; vectors have one number for each element.
 */
export function noise({ deviation }: NoiseOptions): Layer {
  const isLearned = deviation === 'learned'
  if (!isLearned && !(deviation >= 0 && deviation < Infinity))
    throw new UserError(`Noise cannot have a deviation of ${deviation}; give a number from 0 on, or 'learned'.`)
  return {
    name: 'noise',
    mixesBatch: false,
    init(shape) {
      if (!isLearned) return { ...noVariables, shape }
      if (shape.length === 0) throw shapeError('noise', [shape], 'needs an axis of channels')
      return { parameters: { weight: broadcast(constant(0), shape.slice(-1)) }, buffers: {}, shape }
    },
    apply({ parameters: { weight } }, x, { random }) {
      const isShared = isLearned && x.shape.length > 2
      const shape = isShared ? [...x.shape.slice(0, -1), 1] : x.shape
      const drawn = randomNormal(random.source, random.stream(), shape)
      return { output: add(x, mul(drawn, isLearned ? weight : deviation)), buffers: {} }
    },
  }
}
