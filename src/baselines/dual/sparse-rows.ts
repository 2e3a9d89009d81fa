import type { Rows } from '../../metrics/statistics/rows.ts'

/** Rows without their zeros: those of row r stand from starts[r] to starts[r + 1]. */
export interface SparseRows {
  readonly starts: Int32Array
  readonly columns: Int32Array
  readonly values: Float64Array
  /** How many columns there are. */
  readonly size: number
}

/** The rows with a column of ones behind them, for the bias: most pixels of a digit are 0. */
export function sparseRows({ values, count, size }: Rows): SparseRows {
  let filled = count
  for (const value of values) if (value !== 0) filled++
  const starts = new Int32Array(count + 1)
  const columns = new Int32Array(filled)
  const numbers = new Float64Array(filled)
  let at = 0
  for (let row = 0; row < count; row++) {
    for (let column = 0; column <= size; column++) {
      const value = column === size ? 1 : values[row * size + column]
      if (value === 0) continue
      columns[at] = column
      numbers[at++] = value
    }
    starts[row + 1] = at
  }
  return { starts, columns, values: numbers, size: size + 1 }
}
