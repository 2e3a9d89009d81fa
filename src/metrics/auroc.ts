import { UserError } from '../tensor/errors.ts'
import { pairsAbove, rankAmong } from './statistics/ranks.ts'

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
  if ([positives, negatives].some((scores) => Array.from(scores).some(Number.isNaN)))
    throw new UserError('A score is not a number, so that it has no rank; look where it comes from.')
  return pairsAbove(rankAmong(positives, negatives), positives.length) / (positives.length * negatives.length)
}
