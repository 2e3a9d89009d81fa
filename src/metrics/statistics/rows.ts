/** A table of numbers, row-major: one row for each sample, one column for each thing that was measured of it. */
export interface Rows {
  /** `count * size` numbers, one row after the other. */
  readonly values: Float32Array
  /** How many rows there are. */
  readonly count: number
  /** How many numbers each row has. */
  readonly size: number
}
