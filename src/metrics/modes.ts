import type { Modes } from '../data/source.ts'
import type { Rows } from './statistics/rows.ts'

/** How samples are spread over modes that are known. */
export interface ModeShares {
  /** How many modes there are. */
  readonly modes: number
  /** How many of them have a sample. */
  readonly covered: number
  /**
   * The Kullback-Leibler divergence of the samples' histogram from that of real data, in nats: 0 where they are equal, null where no
   * sample is of any mode.
   */
  readonly divergence: number | null
}

/** How points are spread over normal distributions, and how near they come to them. */
export interface PointModes extends ModeShares {
  /** The share of points within three deviations of the mean nearest to them, 0 to 1: 0.989 of a round normal distribution are. */
  readonly near: number
  /**
   * How far those points lie from their means, in units of how far as near points of the normal distributions do: 1 where they are as wide,
   * less where a generator draws its modes together, null where no point is near.
   */
  readonly spread: number | null
}

const nearby = 3
/** The mean of squared distances within that, for a deviation of 1: half of them follow an exponential distribution, which is cut off. */
const cut = nearby ** 2 / 2
const meanSquareNearby = 2 * (1 - cut / Math.expm1(cut))

/**
 * Modes that are found, and how evenly, from how many samples belong to each: the measures of Metz et al. 2017 (section 3.3.1) and of
 * Srivastava et al. 2017 (section 4.1). A mode without real samples does not count.
 */
export function modeShares(samples: ArrayLike<number>, real: ArrayLike<number>): ModeShares {
  const counts = Array.from(real, (count, mode) => ({ real: count, own: samples[mode] })).filter(
    (mode) => mode.real > 0,
  )
  const [total, realTotal] = [sum(counts.map(({ own }) => own)), sum(counts.map((mode) => mode.real))]
  return {
    modes: counts.length,
    covered: counts.filter(({ own }) => own > 0).length,
    divergence:
      total === 0
        ? null
        : sum(
            counts.map((mode) => {
              const share = mode.own / total
              return share === 0 ? 0 : share * Math.log(share / (mode.real / realTotal))
            }),
          ),
  }
}

/** The same of points, each of which belongs to the mean nearest to it if that is within three deviations, and to none otherwise. */
export function pointModes({ values, count }: Rows, { centers, deviation }: Modes): PointModes {
  const counts = centers.map(() => 0)
  let squares = 0
  for (let row = 0; row < count; row++) {
    const distances = centers.map(([x, y]) => Math.hypot(values[2 * row] - x, values[2 * row + 1] - y))
    const distance = Math.min(...distances)
    if (!(distance <= nearby * deviation)) continue
    counts[distances.indexOf(distance)]++
    squares += distance ** 2
  }
  const near = sum(counts)
  // As many real points are drawn from each.
  const real = centers.map(() => 1)
  return {
    ...modeShares(counts, real),
    near: near / count,
    spread: near === 0 ? null : Math.sqrt(squares / near / meanSquareNearby) / deviation,
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
