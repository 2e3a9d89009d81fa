import { oneHot, softmax } from '../../tensor/composite.ts'
import { UserError } from '../../tensor/errors.ts'
import { add, argmax, div, log, max, neg, randomUniform, stopGradient, sub } from '../../tensor/operations/index.ts'
import { shapeError } from '../../tensor/tensor.ts'
import { noVariables } from '../layer.ts'
import type { Layer } from '../layer.ts'

/** How choices are made. */
export interface GumbelSoftmaxOptions {
  /** How far outputs are from a choice of one: 1 or below, the nearer to 0 the harder; default 1. */
  readonly temperature?: number
  /**
   * Whether the output is 1 for the choice and 0 elsewhere, while the gradient stays that of the soft one; default
   * false.
   */
  readonly hard?: boolean
}

/**
 * A random choice along the last axis, by logits, that can be differentiated: softmax((x + Gumbel noise) /
 * temperature) (Jang et al. 2017; Maddison et al. 2017). The largest output is class i with probability
 * softmax(x)[i]. It draws at every use, in training and after.
 */
export function gumbelSoftmax({ temperature = 1, hard = false }: GumbelSoftmaxOptions = {}): Layer {
  if (!(temperature > 0 && temperature < Infinity))
    throw new UserError(`gumbelSoftmax cannot have a temperature of ${temperature}; give a number above 0.`)
  return {
    name: 'gumbelSoftmax',
    mixesBatch: false,
    init(shape) {
      if (shape.length === 0) throw shapeError('gumbelSoftmax', [shape], 'needs an axis of classes')
      return { ...noVariables, shape }
    },
    apply(_variables, x, { random }) {
      // Uniform numbers are multiples of 2^-24, 0 among them, whose logarithm is not finite.
      const uniform = max(randomUniform(random.source, random.stream(), x.shape), 2 ** -25)
      const noise = neg(log(neg(log(uniform))))
      const soft = softmax(div(add(x, noise), temperature))
      if (!hard) return { output: soft, buffers: {} }
      const chosen = oneHot(argmax(soft), x.shape[x.shape.length - 1])
      // The difference is 0, and has the gradient of the soft choice.
      return { output: add(chosen, sub(soft, stopGradient(soft))), buffers: {} }
    },
  }
}
