import type { Rows } from '../../metrics/statistics/rows.ts'

/** Sharpness is looked for between 1 / 1000 and 1000. */
const ends = Math.log(1000)
const rounds = 60
const golden = (Math.sqrt(5) - 1) / 2

/**
 * The number that the scores of each row are to be multiplied by so that their softmax makes the labels most likely: one over
 * the temperature of Guo et al. 2017, On calibration of modern neural networks, section 4.2. The loss has one valley, which
 * golden section search walks down. 1 where there are no rows.
 */
export function bestSharpness(scores: Rows, labels: ArrayLike<number>): number {
  if (scores.count === 0) return 1
  const loss = (logarithm: number) => negativeLogLikelihood(scores, labels, Math.exp(logarithm))
  let [low, high] = [-ends, ends]
  for (let round = 0; round < rounds; round++) {
    const step = golden * (high - low)
    if (loss(high - step) < loss(low + step)) high = low + step
    else low = high - step
  }
  return Math.exp((low + high) / 2)
}

function negativeLogLikelihood({ values, count, size }: Rows, labels: ArrayLike<number>, sharpness: number): number {
  let loss = 0
  for (let row = 0; row < count; row++) {
    const own = values[row * size + labels[row]]
    let sum = 0
    let largest = -Infinity
    for (let i = 0; i < size; i++) largest = Math.max(largest, values[row * size + i])
    for (let i = 0; i < size; i++) sum += Math.exp(sharpness * (values[row * size + i] - largest))
    loss += Math.log(sum) + sharpness * (largest - own)
  }
  return loss
}
