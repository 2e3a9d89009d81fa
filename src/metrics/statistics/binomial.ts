/** Lower and upper end. */
export type Interval = readonly [number, number]

/** The 97.5th percentile of the standard normal distribution: an interval of 95 %. */
const z95 = 1.959963984540054

/**
 * Wilson's score interval (1927) for the probability of success: it stays within 0 and 1, and holds what it promises for few trials, too.
 * @param z Standard deviations on either side; default: those of 95 %.
 */
export function wilsonInterval(successes: number, trials: number, z = z95): Interval {
  const share = successes / trials
  const pull = (z * z) / trials
  const center = (share + pull / 2) / (1 + pull)
  const reach = Math.sqrt(share * (1 - share) * pull + (pull * pull) / 4) / (1 + pull)
  return [Math.max(0, center - reach), Math.min(1, center + reach)]
}
