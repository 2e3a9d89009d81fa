/**
 * Naive Bayes: within a class, every number of a row is independent of the others (Bishop 2006, Pattern recognition and
 * machine learning, section 8.2.2). As a generative model it draws a class and then each pixel by itself; as a classifier it
 * turns the same numbers round by Bayes' rule.
 */
import type { Rows } from '../metrics/statistics/rows.ts'
import { randomNormal, randomUniform } from '../tensor/threefry.ts'
import type { Seed } from '../tensor/threefry.ts'
import { countLabels, requireLabeled } from './baseline-model.ts'
import type { FittedGenerative, Generative, LabeledRows } from './baseline-model.ts'
import { spreadLabels, streams, wordsOf } from './random-streams.ts'

/** The numbers of the Gaussian kind. */
export interface GaussianOptions {
  /**
   * Share of the largest variance of a pixel that is added to all variances: else a pixel that never changes within a class
   * decides alone. Default 1e-9, scikit-learn's; images of digits need about 0.1.
   */
  readonly smoothing?: number
}

/** Numbers normal within a class, as scikit-learn's GaussianNB. Drawn pixels may lie outside [0, 1]. */
export const gaussianNaiveBayes = ({ smoothing = 1e-9 }: GaussianOptions = {}): Generative => ({
  name: 'naive Bayes (Gaussian)',
  needsMarkovChain: false,
  fit: async (data) => {
    const { means, variances, logPriors } = moments(data, smoothing)
    const logScales = variances.map((ofClass) => ofClass.reduce((sum, v) => sum + Math.log(2 * Math.PI * v), 0) / 2)
    return independent(data, logPriors, {
      logLikelihood(values, first, label) {
        const [mean, variance] = [means[label], variances[label]]
        let squares = 0
        for (let i = 0; i < mean.length; i++) squares += (values[first + i] - mean[i]) ** 2 / variance[i]
        return -logScales[label] - squares / 2
      },
      draw: (seed, sample, label) =>
        randomNormal(seed, streams.pixels, sample, data.rows.size).map(
          (normal, i) => means[label][i] + Math.sqrt(variances[label][i]) * normal,
        ),
    })
  },
})

/** The numbers of the Bernoulli kind. */
export interface BernoulliOptions {
  /** Pixels above this are on; default 0.5. */
  readonly threshold?: number
  /** How many rows with and without each pixel are imagined besides those that were seen (Lidstone); default 1. */
  readonly imagined?: number
}

/** Pixels on or off within a class, as scikit-learn's BernoulliNB. Drawn pixels are 0 and 1. */
export const bernoulliNaiveBayes = ({ threshold = 0.5, imagined = 1 }: BernoulliOptions = {}): Generative => ({
  name: 'naive Bayes (Bernoulli)',
  needsMarkovChain: false,
  fit: async (data) => {
    requireLabeled(data)
    const { rows, labels, classes } = data
    const counts = countLabels(labels, classes)
    const on = counts.map(() => new Float64Array(rows.size))
    for (let row = 0; row < rows.count; row++) {
      const sums = on[labels[row]]
      for (let i = 0; i < rows.size; i++) if (rows.values[row * rows.size + i] > threshold) sums[i]++
    }
    const probabilities = on.map((sums, label) => sums.map((n) => (n + imagined) / (counts[label] + 2 * imagined)))
    const logOdds = probabilities.map((ofClass) => ofClass.map((p) => Math.log(p / (1 - p))))
    const allOff = probabilities.map((ofClass) => ofClass.reduce((sum, p) => sum + Math.log(1 - p), 0))
    return independent(data, logPriorsOf(counts), {
      logLikelihood(values, first, label) {
        const odds = logOdds[label]
        let sum = allOff[label]
        for (let i = 0; i < odds.length; i++) if (values[first + i] > threshold) sum += odds[i]
        return sum
      },
      draw: (seed, sample, label) =>
        randomUniform(seed, streams.pixels, sample, rows.size).map((u, i) => Number(u < probabilities[label][i])),
    })
  },
})

/** What a class makes of a row, and a row of a class. */
interface ByClass {
  /** log p(row | class) of the row that begins at `first`. */
  logLikelihood(values: Float32Array, first: number, label: number): number
  /** A row of that class: the numbers of one sample. */
  draw(seed: Seed, sample: number, label: number): Float64Array
}

function independent(
  { rows: { size }, classes, labels }: LabeledRows,
  logPriors: readonly number[],
  { logLikelihood, draw }: ByClass,
): FittedGenerative {
  return {
    async sample(count, seed, label) {
      const values = new Float32Array(count * size)
      const drawn = spreadLabels(countLabels(labels, classes), count, seed, label)
      drawn.forEach((ofSample, sample) => values.set(draw(wordsOf(seed), sample, ofSample), sample * size))
      return { values, count, size }
    },
    logJoint: async (rows) => ({
      values: Float64Array.from({ length: rows.count * classes }, (_, at) => {
        const label = at % classes
        return logPriors[label] + logLikelihood(rows.values, ((at - label) / classes) * size, label)
      }),
      count: rows.count,
      size: classes,
    }),
  }
}

const logPriorsOf = (counts: readonly number[]): number[] => {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.map((count) => Math.log(count / total))
}

/** Means and variances by class, in two passes: the sum of squares would lose the small variances. */
function moments(data: LabeledRows, smoothing: number) {
  requireLabeled(data)
  const { rows, labels, classes } = data
  const counts = countLabels(labels, classes)
  const means = counts.map(() => new Float64Array(rows.size))
  each(rows, (value, row, i) => (means[labels[row]][i] += value / counts[labels[row]]))
  const mean = new Float64Array(rows.size)
  means.forEach((ofClass, label) => ofClass.forEach((m, i) => (mean[i] += (m * counts[label]) / rows.count)))
  const spread = new Float64Array(rows.size)
  const variances = counts.map(() => new Float64Array(rows.size))
  each(rows, (value, row, i) => {
    variances[labels[row]][i] += (value - means[labels[row]][i]) ** 2 / counts[labels[row]]
    spread[i] += (value - mean[i]) ** 2 / rows.count
  })
  const least = smoothing * spread.reduce((a, b) => Math.max(a, b), 0)
  return { means, variances: variances.map((ofClass) => ofClass.map((v) => v + least)), logPriors: logPriorsOf(counts) }
}

function each({ values, count, size }: Rows, visit: (value: number, row: number, column: number) => void): void {
  for (let row = 0; row < count; row++) for (let i = 0; i < size; i++) visit(values[row * size + i], row, i)
}
