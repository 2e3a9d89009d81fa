import type { Device } from '../runtime/device.ts'
import { randomUniform } from '../tensor/threefry.ts'
import { UserError } from '../tensor/errors.ts'
import { settledCenters } from './statistics/k-means.ts'
import { pickRows } from './statistics/random-draw.ts'
import { nearestNeighbors } from './statistics/neighbors.ts'
import { meanOf, requireComparable, withSquares } from './statistics/centered-points.ts'
import type { Points } from './statistics/centered-points.ts'
import type { Rows } from './statistics/rows.ts'

/** Real rows, divided into bins: of each kind of thing about one. */
export interface Bins {
  /** The mean of the real rows, around which all points stand. */
  readonly origin: Float64Array
  /** A row belongs to the bin whose centre is nearest. */
  readonly centers: Points
  /** How many real rows each bin has. */
  readonly counts: Int32Array
}

/** How rows are spread over the bins of real ones. */
export interface BinShares {
  /** How many bins there are. */
  readonly bins: number
  /** How many of them have at least a quarter of the share that they have of the real rows. */
  readonly covered: number
  /** How many have another share than of the real rows, by more than chance would have it at the level of 5 %. */
  readonly different: number
  /** The Jensen-Shannon divergence between both histograms, in nats: 0 where they are equal, ln 2 where they have no bin in common. */
  readonly jensenShannon: number
}

/** Of the share of the real rows. What a generator has lost has next to nothing. */
const leastShare = 1 / 4

/** The standard normal distribution has 95 % within it. */
const significant = 1.959963984540054

/** How many bins there are, where there are enough rows: in each at least this many of them, on average. */
const usual = { bins: 50, rowsPerBin: 10 } as const

/**
 * The bins of Richardson and Weiss 2018, "On GANs and GMMs" (section 3): k-means on real rows, begun as k-means++ does (Arthur and
 * Vassilvitskii 2007). They need no labels, and see what is missing whatever the rest looks like. Throws a UserError where there
 * are fewer than 20 rows, or a number is not finite.
 */
export async function divideIntoBins(
  device: Device,
  real: Rows,
  { bins = Math.min(usual.bins, Math.floor(real.count / usual.rowsPerBin)), seed = 0 } = {},
): Promise<Bins> {
  requireComparable([real])
  if (!(Number.isInteger(bins) && bins >= 2 && bins <= real.count)) {
    throw new UserError(`${real.count} real rows cannot be divided into ${bins} bins; give more of them.`)
  }
  const origin = meanOf([real])
  const points = around(origin, real)
  const centers = await settledCenters(device, points, spreadCenters(points, bins, seed))
  return { origin, centers, counts: await countsIn(device, centers, points) }
}

/** How other rows are spread over the bins. Throws a UserError where there are none, they differ in size, or a number is not finite. */
export async function sharesOfBins(device: Device, { origin, centers, counts }: Bins, rows: Rows): Promise<BinShares> {
  requireComparable([centers, rows])
  return compareCounts(counts, await countsIn(device, centers, around(origin, rows)))
}

/** Compares two histograms over the same bins. */
export function compareCounts(real: ArrayLike<number>, other: ArrayLike<number>): BinShares {
  const [total, otherTotal] = [sumOf(real), sumOf(other)]
  let [covered, different, jensenShannon] = [0, 0, 0]
  for (let bin = 0; bin < real.length; bin++) {
    const [p, q] = [real[bin] / total, other[bin] / otherTotal]
    if (q >= leastShare * p) covered++
    // The test of two proportions, with the standard error under the hypothesis that they are one.
    const pooled = (real[bin] + other[bin]) / (total + otherTotal)
    const error = Math.sqrt(pooled * (1 - pooled) * (1 / total + 1 / otherTotal))
    if (Math.abs(p - q) > significant * error) different++
    jensenShannon += (divergence(p, (p + q) / 2) + divergence(q, (p + q) / 2)) / 2
  }
  return { bins: real.length, covered, different, jensenShannon }
}

const divergence = (p: number, m: number): number => (p === 0 ? 0 : p * Math.log(p / m))

const sumOf = (counts: ArrayLike<number>): number => Array.from(counts).reduce((sum, count) => sum + count, 0)

function around(origin: Float64Array, { values, count, size }: Rows): Points {
  return withSquares({ values: values.map((value, at) => value - origin[at % size]), count, size })
}

async function countsIn(device: Device, centers: Points, points: Points): Promise<Int32Array> {
  const counts = new Int32Array(centers.count)
  const { indices } = await nearestNeighbors(device, points, centers, 1)
  for (const bin of indices) counts[bin]++
  return counts
}

/** Points far from one another: each is drawn with a probability that grows with the squared distance from those before. */
function spreadCenters(points: Points, count: number, seed: number): Points {
  const random = randomUniform([seed, 0], 0, 0, count)
  const squares = new Float64Array(points.count).fill(Infinity)
  const chosen = Int32Array.of(Math.floor(random[0] * points.count), ...new Int32Array(count - 1))
  for (let next = 1; next < count; next++) {
    let left = random[next] * nearer(squares, points, chosen[next - 1])
    let place = 0
    while (place < points.count - 1 && (left -= squares[place]) >= 0) place++
    chosen[next] = place
  }
  return withSquares(pickRows(points, chosen))
}

/** Takes one more centre into account in the squared distances to the nearest one, and gives their sum. */
function nearer(squares: Float64Array, { values, count, size }: Points, center: number): number {
  let total = 0
  for (let row = 0; row < count; row++) {
    let square = 0
    for (let i = 0; i < size; i++) square += (values[row * size + i] - values[center * size + i]) ** 2
    squares[row] = Math.min(squares[row], square)
    total += squares[row]
  }
  return total
}
