import { sumSquares } from '../../tensor/composite.ts'
import { UserError } from '../../tensor/errors.ts'
import { div, matmul, max, mul, randomNormal, reshape, sqrt, stopGradient, sum } from '../../tensor/operations/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Variables } from '../../tensor/tree.ts'
import type { Layer } from '../layer.ts'

/** How the largest singular value is followed. */
export interface SpectralNormOptions {
  /** Steps of the power iteration at every use in training; default 1. */
  readonly iterations?: number
}

/** Steps before the first use. PyTorch takes 15, which would be most of the time that a start takes. */
const firstIterations = 5

/**
 * A layer with its weight divided by the weight's largest singular value, so that a dense one makes no distance longer
 * (Miyato et al. 2018). A weight [..., out] counts as the matrix [all else, out]. Its singular vectors are followed by power
 * iteration, one step a use in training, and kept as buffers `u` [out] and `v` [all else]; in the derivative they are
 * constants. The layer keeps its name. Throws a UserError for one without a parameter `weight` of two axes or more.
 */
export function spectralNorm(layer: Layer, { iterations = 1 }: SpectralNormOptions = {}): Layer {
  if (!Number.isInteger(iterations) || iterations < 1)
    throw new UserError(`A power iteration of ${iterations} steps makes no sense; give a whole number from 1 on.`)
  return {
    ...layer,
    init(inputShape, random, given) {
      const { parameters, buffers, shape } = layer.init(inputShape, random, given)
      const matrix = matrixOf(layer, parameters)
      const guess = unit(randomNormal(random.source, random.stream(), [matrix.shape[0]]))
      return { parameters, buffers: { ...buffers, ...followed(matrix, guess, firstIterations) }, shape }
    },
    apply({ parameters, buffers: { u, v, ...inner } }, x, mode) {
      const matrix = matrixOf(layer, parameters)
      const vectors = mode.training ? followed(matrix, v, iterations) : { u, v }
      const sigma = sum(mul(image(matrix, vectors.u), vectors.v))
      const normalized = { ...parameters, weight: div(parameters.weight, sigma) }
      const applied = layer.apply({ parameters: normalized, buffers: inner }, x, mode)
      return { ...applied, buffers: { ...applied.buffers, ...vectors } }
    },
  }
}

function matrixOf({ name }: Layer, { weight }: Variables): Tensor {
  if (weight === undefined || weight.shape.length < 2)
    throw new UserError(`spectralNorm wraps layers with a weight of two axes or more; ${name} has none.`)
  return reshape(weight, [-1, weight.shape[weight.shape.length - 1]])
}

/** Both singular vectors after some steps of the power iteration. */
function followed(matrix: Tensor, first: Tensor, iterations: number): { u: Tensor; v: Tensor } {
  const constant = stopGradient(matrix)
  let v = first
  let u = first
  for (let step = 0; step < iterations; step++) {
    // A product rather than a sum of rows: summing down the columns of a wide matrix is the slower loop.
    u = unit(reshape(matmul(reshape(v, [1, -1]), constant), [-1]))
    v = unit(image(constant, u))
  }
  return { u, v }
}

/** matrix u. */
const image = (matrix: Tensor, u: Tensor): Tensor => sum(mul(matrix, u), { axes: [1] })

const unit = (x: Tensor): Tensor => div(x, max(sqrt(sumSquares(x)), 1e-12))
