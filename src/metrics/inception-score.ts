import { UserError } from '../tensor/errors.ts'
import { draw, pickRows } from './statistics/random-draw.ts'
import { requireComparable } from './statistics/centered-points.ts'
import type { Rows } from './statistics/rows.ts'
import { spreadOf } from './statistics/mean-and-deviation.ts'
import type { Spread } from './statistics/mean-and-deviation.ts'

/** How rows are divided. */
export interface Splits {
  /** How many parts get a score of their own; default 10. */
  readonly splits?: number
  /** Equal seeds divide alike; with null, rows stay in their order. Default 0. */
  readonly seed?: number | null
}

/**
 * The inception score of Salimans et al. 2016 with any classifier: exp of the mean Kullback-Leibler divergence from p(y), the mean over a
 * split's images, to p(y|x), the class probabilities of each; as torch-fidelity computes it. From 1 (all images look alike to the
 * classifier, or none looks like anything) to the number of classes. Throws a UserError where there are
 * fewer rows than splits, or a number is no probability.
 */
export function inceptionScore(probabilities: Rows, { splits = 10, seed = 0 }: Splits = {}): Spread {
  requireComparable([probabilities])
  const { count } = probabilities
  if (!(Number.isInteger(splits) && splits >= 1 && splits <= count)) {
    throw new UserError(`The inception score cannot divide ${count} images into ${splits} splits; give more images.`)
  }
  if (probabilities.values.some((p) => p < 0 || p > 1 + 1e-5)) {
    throw new UserError('The inception score needs class probabilities from 0 to 1; give what follows the softmax.')
  }
  const rows = seed === null ? probabilities : pickRows(probabilities, draw(seed, 0, 0, count, count))
  const scores = Array.from({ length: splits }, (_, split) => {
    const first = Math.floor((split * count) / splits)
    return scoreOf(rows, first, Math.floor(((split + 1) * count) / splits))
  })
  return spreadOf(scores)
}

function scoreOf({ values, size }: Rows, first: number, end: number): number {
  const marginal = new Float64Array(size)
  let negativeEntropy = 0
  for (let at = first * size; at < end * size; at++) {
    const p = values[at]
    marginal[at % size] += p / (end - first)
    if (p > 0) negativeEntropy += p * Math.log(p)
  }
  const crossEntropy = marginal.reduce((sum, q) => (q > 0 ? sum - q * Math.log(q) : sum), 0)
  return Math.exp(negativeEntropy / (end - first) + crossEntropy)
}
