import { UserError } from '../tensor/errors.ts'

/**
 * The area under the receiver operating characteristic: how likely a random positive has a higher score than a random negative,
 * where ties count half (Hanley and McNeil 1982). By ranks: the statistic of Mann and Whitney over the number of pairs. 0.5 is
 * chance, 1 tells all apart.
 * @throws UserError where one of the two has no scores, or a score is not a number.
 */
export function areaUnderRoc(positives: ArrayLike<number>, negatives: ArrayLike<number>): number {
  if (positives.length === 0 || negatives.length === 0) {
    throw new UserError(
      `An area under the curve needs scores of both kinds, but there are ${positives.length} and ${negatives.length}.`,
    )
  }
  const scores = Float64Array.from([...Array.from(positives), ...Array.from(negatives)])
  if (scores.some(Number.isNaN))
    throw new UserError('A score is not a number, so that it has no rank; look where it comes from.')
  const sorted = scores.toSorted()
  let ranks = 0
  for (let i = 0; i < positives.length; i++) {
    // Equal scores share the mean of their ranks.
    ranks += (firstFrom(sorted, positives[i], false) + firstFrom(sorted, positives[i], true) + 1) / 2
  }
  return (ranks - (positives.length * (positives.length + 1)) / 2) / (positives.length * negatives.length)
}

/** The place of the first number that is above the score, or (not above) at least the score. */
function firstFrom(sorted: Float64Array, score: number, above: boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle] < score || (above && sorted[middle] === score)) low = middle + 1
    else high = middle
  }
  return low
}
