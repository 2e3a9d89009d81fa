import { randomNormal } from '../tensor/threefry.ts'
import { requireComparable } from './statistics/centered-points.ts'
import type { Rows } from './statistics/rows.ts'

/** Directions along which rows are compared. */
const usualDirections = 64

const seed = [0x736c_6963, 0] as const

/**
 * The sliced Wasserstein distance (Rabin et al. 2012; Bonneel et al. 2015, equation 8, with p = 2) between two sets of rows, in their own
 * unit: what stands along a line is moved onto what stands there of the other set, each piece as far as it has to go; the root of the mean
 * square of that, over lines in fixed random directions. Throws a UserError where a set is empty, rows differ in size, or a number
 * is not finite.
 */
export function slicedWasserstein(a: Rows, b: Rows, directions = usualDirections): number {
  requireComparable([a, b])
  const random = randomNormal(seed, 0, 0, directions * a.size)
  let sum = 0
  for (let line = 0; line < directions; line++) {
    const direction = unitVector(random.subarray(line * a.size, (line + 1) * a.size))
    sum += squaredCost(placesAlong(a, direction), placesAlong(b, direction))
  }
  return Math.sqrt(sum / directions)
}

function unitVector(vector: Float64Array): Float64Array {
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}

/** Where the rows stand along a direction, ascending. */
function placesAlong({ values, count, size }: Rows, direction: Float64Array): Float64Array {
  const places = new Float64Array(count)
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < size; i++) places[row] += values[row * size + i] * direction[i]
  }
  return places.toSorted()
}

/** The mean square of the way from one set to the other in one dimension: quantile by quantile, whatever the counts. */
function squaredCost(a: Float64Array, b: Float64Array): number {
  let sum = 0
  // In units of 1 / (a.length * b.length), so that all shares are whole numbers.
  for (let i = 0, j = 0, done = 0; i < a.length;) {
    const next = Math.min((i + 1) * b.length, (j + 1) * a.length)
    sum += (next - done) * (a[i] - b[j]) ** 2
    done = next
    if (next === (i + 1) * b.length) i++
    if (next === (j + 1) * a.length) j++
  }
  return sum / (a.length * b.length)
}
