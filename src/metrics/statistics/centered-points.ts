import { UserError } from '../../tensor/errors.ts'
import type { Rows } from './rows.ts'

/** Rows as points in space, ready for distances. */
export interface Points extends Rows {
  /** The squared distance of each from the origin. */
  readonly squares: Float32Array
}

/**
 * Sets of rows as points around their common mean. Distances stay what they are, but |a|^2 + |b|^2 - 2 a.b loses fewer digits where
 * points lie near the origin. Only points of one call may be compared. Throws a UserError where a set is empty, rows differ in size,
 * or a number is not finite.
 */
export function pointsOf(sets: readonly Rows[]): Points[] {
  requireComparable(sets)
  const center = meanOf(sets)
  return sets.map(({ values, count, size }) => {
    const centered = values.slice(0, count * size)
    for (let at = 0; at < centered.length; at++) centered[at] -= center[at % size]
    return withSquares({ values: centered, count, size })
  })
}

/** Rows that stand around the same point as others do already. */
export function withSquares(rows: Rows): Points {
  const { values, count, size } = rows
  const squares = new Float32Array(count)
  for (let row = 0; row < count; row++) {
    let square = 0
    for (let at = row * size; at < (row + 1) * size; at++) square += values[at] * values[at]
    squares[row] = square
  }
  return { ...rows, squares }
}

/** The mean of all rows of all sets, column by column. */
export function meanOf(sets: readonly Rows[]): Float64Array {
  const { size } = sets[0]
  const total = new Float64Array(size)
  for (const { values, count } of sets) {
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < size; column++) total[column] += values[row * size + column]
    }
  }
  const count = sets.reduce((sum, set) => sum + set.count, 0)
  return total.map((sum) => sum / count)
}

/** Throws a UserError where sets cannot be compared: one is empty, rows differ in size, or a number is not finite. */
export function requireComparable(sets: readonly Rows[]): void {
  const [{ size }] = sets
  for (const set of sets) {
    if (set.count === 0) throw new UserError('There are no rows to measure; give at least one sample.')
    if (set.size !== size) {
      throw new UserError(
        `Rows of ${size} and of ${set.size} numbers cannot be compared; take both from the same kind of data or features.`,
      )
    }
    if (!set.values.every(Number.isFinite)) {
      throw new UserError('Some of the numbers to measure are not finite; the model that made them has broken down.')
    }
  }
}
