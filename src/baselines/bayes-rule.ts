import type { Rows } from '../metrics/statistics/rows.ts'
import type { Discriminative, Generative, LogJoint } from './baseline-model.ts'

/** What Bayes' rule makes of a row. */
interface Posterior {
  /** p(class | row). */
  readonly posterior: Float64Array
  /** log of the sum over classes of p(row, class). */
  readonly logEvidence: number
}

/** The softmax of the logarithms, and the logarithm of their sum. Nothing overflows: the largest is taken out first. */
function posteriorOf(joint: ArrayLike<number>, first: number, size: number): Posterior {
  let largest = -Infinity
  for (let label = 0; label < size; label++) largest = Math.max(largest, joint[first + label])
  const weights = Float64Array.from({ length: size }, (_, label) => Math.exp(joint[first + label] - largest))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return { posterior: weights.map((weight) => weight / sum), logEvidence: largest + Math.log(sum) }
}

/** A table of logarithms: of joint probabilities, or scores that stand for them. */
type Logarithms = LogJoint | Rows

/** p(class | row) = p(row, class) / p(row), [count, classes]: the softmax of each row. */
export function classPosterior({ values, count, size }: Logarithms): Rows {
  const posterior = new Float32Array(count * size)
  for (let first = 0; first < posterior.length; first += size)
    posterior.set(posteriorOf(values, first, size).posterior, first)
  return { values: posterior, count, size }
}

/** log p(row) in nats, up to a number that is the same for all rows: how familiar each row is. */
export const logEvidence = ({ values, count, size }: LogJoint): Float64Array =>
  Float64Array.from({ length: count }, (_, row) => posteriorOf(values, row * size, size).logEvidence)

/** A generative model as a classifier. */
export const byBayesRule = (model: Generative): Discriminative => ({
  name: model.name,
  async fit(data, fitting) {
    const fitted = await model.fit(data, fitting)
    return { probabilities: async (rows) => classPosterior(await fitted.logJoint(rows)) }
  },
})
