import { pairsAbove, rankAmong } from './ranks.ts'

/**
 * Mann and Whitney's test (1947) of whether numbers of one sample tend to be smaller than those of another: how many standard deviations
 * U, the count of pairs with x > y, lies from its mean under equal distributions. Below 0 where the x are smaller. Ties count half,
 * and the deviation allows for them.
 */
export function mannWhitneyZ(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const ranks = rankAmong(x, y)
  const total = x.length + y.length
  const pairs = x.length * y.length
  const excess = pairsAbove(ranks, x.length) - pairs / 2
  const variance = (pairs / 12) * (total + 1 - ranks.ties / (total * (total - 1)))
  return variance > 0 ? excess / Math.sqrt(variance) : 0
}
