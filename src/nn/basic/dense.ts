import { add, matmul } from '../../tensor/operations/index.ts'
import { shapeError } from '../../tensor/tensor.ts'
import { torchDefault } from '../initializers.ts'
import type { Initializer } from '../initializers.ts'
import type { Layer } from '../layer.ts'

/** What the variables of a dense layer are, and how they begin. */
export interface DenseOptions {
  /** Whether a number is added to each unit; default true. */
  readonly bias?: boolean
  /** First values of the weight; default `torchDefault`. */
  readonly initializer?: Initializer
  /** First values of the bias; default `torchDefault`. */
  readonly biasInitializer?: Initializer
}

/** Every unit a weighted sum of all inputs: [batch, n] -> [batch, units] with weight [n, units] and bias [units]. */
export function dense(units: number, options: DenseOptions = {}): Layer {
  const { bias = true, initializer = torchDefault, biasInitializer = torchDefault } = options
  return {
    name: 'dense',
    mixesBatch: false,
    init(inputShape, random) {
      if (inputShape.length !== 1) throw shapeError('dense', [inputShape], 'takes vectors; put flatten() in front')
      const fans = { in: inputShape[0], out: units }
      const weight = initializer([fans.in, units], fans, random)
      const parameters = bias ? { weight, bias: biasInitializer([units], fans, random) } : { weight }
      return { parameters, buffers: {}, shape: [units] }
    },
    apply({ parameters }, x) {
      const product = matmul(x, parameters.weight)
      return { output: bias ? add(product, parameters.bias) : product, buffers: {} }
    },
  }
}
