import type { Device } from '../runtime/device.ts'
import { UserError } from '../tensor/errors.ts'
import { exp, maximum, mul, reshape, sub, sum } from '../tensor/operations/index.ts'
import { walkDistances } from './statistics/distances.ts'
import type { Reduction } from './statistics/distances.ts'
import { pointsOf } from './statistics/centered-points.ts'
import type { Points } from './statistics/centered-points.ts'
import type { Rows } from './statistics/rows.ts'
import { spreadOf } from './statistics/mean-and-deviation.ts'

/** A Parzen-window estimate of how likely test data is, in nats. */
export interface ParzenScore {
  /** The mean log-likelihood of a test row. */
  readonly mean: number
  /** The standard deviation over test rows, divided by the square root of their number. */
  readonly standardError: number
  /** The width of the window: the best for the validation rows. */
  readonly sigma: number
}

/** Ten widths from 0.1 to 1, equally far apart as logarithms. */
export const parzenSigmas: readonly number[] = Array.from({ length: 10 }, (_, i) => 10 ** (i / 9 - 1))

/** Validation rows that choose the width. */
const mostValidationRows = 1000

/**
 * The estimate of Goodfellow et al. 2014 (after Breuleux, Bengio and Vincent 2011): a Gaussian window of width sigma on each sample,
 *
 *     log p(x) = log mean over samples s of exp(-|x - s|^2 / 2 sigma^2) - d log(sigma sqrt(2 pi)),
 *
 * with the sigma under which the first 1,000 validation rows are likeliest. It is not a good judge of images (Theis, van den Oord and
 * Bethge 2016: k-means centres outdo real images): tell it beside others, and beside the score of as many real training images.
 *
 * Throws a UserError where a set is empty, rows differ in size, or a number is not finite.
 */
export async function parzenScore(
  device: Device,
  samples: Rows,
  validation: Rows,
  test: Rows,
  sigmas: readonly number[] = parzenSigmas,
): Promise<ParzenScore> {
  if (sigmas.length === 0 || !sigmas.every((sigma) => sigma > 0 && Number.isFinite(sigma))) {
    throw new UserError(`The widths of the Parzen window must be positive numbers, not ${sigmas.join(', ') || 'none'}.`)
  }
  const [windows, choosing, evaluated] = pointsOf([samples, firstRows(validation, mostValidationRows), test])
  const means = (await windowLogLikelihoods(device, windows, choosing, sigmas)).map((values) => spreadOf(values).mean)
  const sigma = sigmas[means.indexOf(Math.max(...means))]
  const [likelihoods] = await windowLogLikelihoods(device, windows, evaluated, [sigma])
  const { mean, deviation } = spreadOf(likelihoods)
  return { mean, standardError: deviation / Math.sqrt(test.count), sigma }
}

/** For every sigma, the log-likelihood of every point under Gaussian windows on the samples, in nats; both of one call of `pointsOf`. */
export async function windowLogLikelihoods(
  device: Device,
  samples: Points,
  points: Points,
  sigmas: readonly number[],
): Promise<Float64Array[]> {
  const precisions = sigmas.map((sigma) => 1 / (2 * sigma * sigma))
  const fed = [Float32Array.from(precisions)]
  const nearest = new Float64Array(points.count).fill(-Infinity)
  const masses = sigmas.map(() => new Float64Array(points.count))
  await walkDistances(
    device,
    [points, samples],
    windowSums(sigmas.length),
    ([closest, sums], { row, rows, side }) => {
      for (let i = 0; i < rows; i++) {
        const before = nearest[row + i]
        const now = Math.max(before, closest[i])
        for (const [s, precision] of precisions.entries()) {
          const kept = masses[s][row + i] * Math.exp((before - now) * precision)
          masses[s][row + i] = kept + sums[s * side.rows + i] * Math.exp((closest[i] - now) * precision)
        }
        nearest[row + i] = now
      }
    },
    () => fed,
  )
  return masses.map((mass, s) => {
    const normalizer = points.size * Math.log(sigmas[s] * Math.sqrt(2 * Math.PI)) + Math.log(samples.count)
    return mass.map((share, i) => nearest[i] * precisions[s] + Math.log(share) - normalizer)
  })
}

/** For every point of the rows, the closest sample of the block, and for every sigma the sum of windows as a share of the closest's. */
const windowSums = (sigmas: number): Reduction => ({
  name: `window sums ${sigmas}`,
  inputs: () => [[sigmas, 1, 1]],
  results(closeness, [precisions]) {
    const [rows] = closeness.shape
    const closest = maximum(closeness, { axes: [1] })
    const exponents = mul(sub(closeness, reshape(closest, [rows, 1])), precisions)
    return [closest, sum(exp(exponents), { axes: [2] })]
  },
})

const firstRows = ({ values, count, size }: Rows, most: number): Rows =>
  count <= most ? { values, count, size } : { values: values.subarray(0, most * size), count: most, size }
