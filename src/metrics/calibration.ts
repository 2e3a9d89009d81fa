/**
 * Whether a classifier is as often right as it is sure: expected calibration error (Guo, Pleiss, Sun and Weinberger 2017, On
 * calibration of modern neural networks, equations 2, 3 and 5), and two scores that only true probabilities make best: Brier's
 * (1950) and the negative log-likelihood.
 */
import { UserError } from '../tensor/errors.ts'
import type { Rows } from './statistics/rows.ts'

/** How probabilities fit what was the case. */
export interface Calibration {
  /** Share of rows whose likeliest class was the right one. */
  readonly accuracy: number
  /** How far accuracy and confidence are apart, in [0, 1]: the mean over rows of the difference within their bin. */
  readonly expectedCalibrationError: number
  /** Mean squared distance between the probabilities and the truth, in [0, 2]. */
  readonly brier: number
  /** Mean -log of the probability of the right class, in nats. */
  readonly negativeLogLikelihood: number
  /** What the expected calibration error is made of, for a reliability diagram; ascending. */
  readonly bins: readonly CalibrationBin[]
}

/** Rows that the classifier was about equally sure of. */
interface CalibrationBin {
  /** How many. */
  readonly count: number
  /** The mean probability of their likeliest classes; 0 where there are none. */
  readonly confidence: number
  /** Share of them whose likeliest class was the right one; 0 where there are none. */
  readonly accuracy: number
}

/** A probability of 0 counts as this in a logarithm: the least step of float32 below 1, as in scikit-learn. */
const leastProbability = 2 ** -23

/**
 * @param probabilities [count, classes], rows that sum to 1.
 * @param labels the right class of each row.
 * @param binCount bins of confidence, of equal width; 15 in the paper.
 * @throws UserError where there is not one label for each row, or no row.
 */
export function calibration(
  { values, count, size }: Rows,
  labels: ArrayLike<number>,
  binCount: number = 15,
): Calibration {
  if (labels.length !== count || count === 0) {
    throw new UserError(
      `${count} rows of probabilities come with ${labels.length} labels; give one label for each row.`,
    )
  }
  const bins = Array.from({ length: binCount }, () => ({ count: 0, sure: 0, right: 0 }))
  let [brier, loss] = [0, 0]
  for (let row = 0; row < count; row++) {
    const ofRow = values.subarray(row * size, (row + 1) * size)
    const confidence = ofRow.reduce((a, b) => Math.max(a, b), 0)
    // Bins are open below and closed above.
    const bin = bins[Math.min(Math.max(Math.ceil(confidence * binCount) - 1, 0), binCount - 1)]
    bin.count++
    bin.sure += confidence
    if (ofRow.indexOf(confidence) === labels[row]) bin.right++
    brier += ofRow.reduce((sum, p, label) => sum + (p - Number(label === labels[row])) ** 2, 0)
    loss -= Math.log(Math.max(ofRow[labels[row]], leastProbability))
  }
  return {
    accuracy: bins.reduce((sum, { right }) => sum + right, 0) / count,
    expectedCalibrationError: bins.reduce((sum, { sure, right }) => sum + Math.abs(sure - right), 0) / count,
    brier: brier / count,
    negativeLogLikelihood: loss / count,
    bins: bins.map(({ count: n, sure, right }) => ({
      count: n,
      confidence: n === 0 ? 0 : sure / n,
      accuracy: n === 0 ? 0 : right / n,
    })),
  }
}
