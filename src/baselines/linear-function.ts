import type { Rows } from '../metrics/statistics/rows.ts'

/** A linear function of rows for each class: weight [classes][size] and one number more each. */
export interface Linear {
  readonly weight: readonly Float64Array[]
  readonly bias: ArrayLike<number>
}

/** What each function makes of each row, [count, classes]. */
export function linearValues({ weight, bias }: Linear, { values, count, size }: Rows): Rows {
  const results = new Float32Array(count * weight.length)
  for (let row = 0; row < count; row++) {
    for (let label = 0; label < weight.length; label++) {
      const ofClass = weight[label]
      let sum = bias[label]
      for (let i = 0; i < size; i++) sum += ofClass[i] * values[row * size + i]
      results[row * weight.length + label] = sum
    }
  }
  return { values: results, count, size: weight.length }
}
