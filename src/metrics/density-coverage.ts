import type { Device } from '../runtime/device.ts'
import { cast, less, sum } from '../tensor/operations/index.ts'
import { walkDistances } from './statistics/distances.ts'
import type { Reduction } from './statistics/distances.ts'
import { ballLimits } from './statistics/neighbors.ts'
import { pointsOf } from './statistics/centered-points.ts'
import type { Rows } from './statistics/rows.ts'

/** Precision and recall that a few outliers do not decide. */
export interface DensityCoverage {
  /** In how many real rows' balls a generated row lies, on average, divided by k: about 1 for real data, and it may be more. */
  readonly density: number
  /** The share of real rows whose balls hold a generated row, 0 to 1. */
  readonly coverage: number
}

/**
 * Density and coverage (Naeem et al. 2020, equations 3 and 4), where a real row's ball reaches to its k-th neighbor among the real
 * rows, which is not inside. Throws a UserError where there are no more than k real rows, rows differ in size, or a number is not
 * finite.
 */
export async function densityCoverage(device: Device, real: Rows, generated: Rows, k = 5): Promise<DensityCoverage> {
  const [reals, fakes] = pointsOf([real, generated])
  const limits = await ballLimits(device, reals, k)
  const held = new Float64Array(reals.count)
  await walkDistances(
    device,
    [reals, fakes],
    heldByBalls,
    ([counts], { row, rows }) => {
      for (let i = 0; i < rows; i++) held[row + i] += counts[i]
    },
    ({ row, rows }) => [limits.subarray(row, row + rows)],
  )
  return {
    density: held.reduce((a, b) => a + b) / (k * fakes.count),
    coverage: held.filter((count) => count > 0).length / reals.count,
  }
}

/** For every row, how many columns lie inside of its ball. */
const heldByBalls: Reduction = {
  name: 'held by balls',
  inputs: (rows) => [[rows, 1]],
  results: (closeness, [limits]) => [sum(cast(less(limits, closeness), 'f32'), { axes: [1] })],
}
