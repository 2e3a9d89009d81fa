import type { Rows } from './rows.ts'

/** Which classes samples are of, as a classifier sees them. */
export interface ClassShares {
  /** The share of the samples that look most like each class; together 1. */
  readonly shares: readonly number[]
  /** How many classes are present: those that have at least a quarter of a fair share, which is 1 / classes. */
  readonly present: number
  /** The mean of how likely the likeliest class of each sample is, in [1 / classes, 1]: near 1 where all are plainly something. */
  readonly confidence: number
}

/** Of a class that counts as present, as a part of its fair share. A class that a generator has lost has next to nothing. */
const leastOfFairShare = 1 / 4

/** The likeliest class of each row of probabilities. */
export function likeliestClasses({ values, count, size }: Rows): Uint16Array {
  const labels = new Uint16Array(count)
  for (let row = 0; row < count; row++) {
    for (let label = 1; label < size; label++) {
      if (values[row * size + label] > values[row * size + labels[row]]) labels[row] = label
    }
  }
  return labels
}

/** How samples are spread over the classes; `probabilities` are a classifier's, [count, classes]. */
export function classShares(probabilities: Rows): ClassShares {
  const { values, count, size } = probabilities
  const counts = Array.from({ length: size }, () => 0)
  let likelihood = 0
  likeliestClasses(probabilities).forEach((label, row) => {
    counts[label]++
    likelihood += values[row * size + label]
  })
  const shares = counts.map((some) => some / count)
  return {
    shares,
    present: shares.filter((share) => share >= leastOfFairShare / size).length,
    confidence: likelihood / count,
  }
}
