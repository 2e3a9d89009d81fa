import type { Device } from '../runtime/device.ts'
import { cast, lessEqual, maximum } from '../tensor/operations/index.ts'
import { walkDistances } from './statistics/distances.ts'
import type { Reduction } from './statistics/distances.ts'
import { ballLimits } from './statistics/neighbors.ts'
import { pointsOf } from './statistics/centered-points.ts'
import type { Rows } from './statistics/rows.ts'

/** How real generated rows are, and how much of the real ones they reach. */
export interface PrecisionRecall {
  /** The share of generated rows that lie among the real ones, 0 to 1. */
  readonly precision: number
  /** The share of real rows that lie among the generated ones, 0 to 1. */
  readonly recall: number
}

/**
 * Improved precision and recall (Kynkäänniemi et al. 2019, equations 1 and 2): a row lies among the rows of a set if it is at least as
 * near to one of them as that one's k-th neighbor in its set. Throws a UserError where a set has no more than k rows, rows differ in
 * size, or a number is not finite.
 */
export async function precisionRecall(device: Device, real: Rows, generated: Rows, k = 3): Promise<PrecisionRecall> {
  const [reals, fakes] = pointsOf([real, generated])
  const realLimits = await ballLimits(device, reals, k)
  const fakeLimits = await ballLimits(device, fakes, k)
  const realistic = new Float32Array(fakes.count)
  const reached = new Float32Array(reals.count)
  await walkDistances(
    device,
    [reals, fakes],
    insideBalls,
    ([columnInside, rowInside], { row, rows, column, columns }) => {
      for (let j = 0; j < columns; j++) realistic[column + j] ||= columnInside[j]
      for (let i = 0; i < rows; i++) reached[row + i] ||= rowInside[i]
    },
    ({ row, rows, column, columns }) => [
      realLimits.subarray(row, row + rows),
      fakeLimits.subarray(column, column + columns),
    ],
  )
  return { precision: shareOf(realistic), recall: shareOf(reached) }
}

/** 1 for every column inside of any row's ball, and for every row inside of any column's ball, else 0. */
const insideBalls: Reduction = {
  name: 'inside balls',
  inputs: (rows, columns) => [[rows, 1], [columns]],
  results: (closeness, [rowLimits, columnLimits]) => [
    maximum(cast(lessEqual(rowLimits, closeness), 'f32'), { axes: [0] }),
    maximum(cast(lessEqual(columnLimits, closeness), 'f32'), { axes: [1] }),
  ],
}

const shareOf = (flags: Float32Array): number => flags.reduce((a, b) => a + b, 0) / flags.length
