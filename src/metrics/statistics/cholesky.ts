/** A factor F [n, rank] of a matrix A = F F^T, row-major. */
interface Factor {
  readonly factor: Float64Array
  readonly rank: number
}

/**
 * The Cholesky factor, with pivots, of a symmetric matrix [n, n] without negative eigenvalues (Higham, Accuracy and Stability of
 * Numerical Algorithms, 10.3): always the row that has most left goes next, and when what is left is rounding, the rank is found.
 */
export function factorOf(a: Float64Array, n: number): Factor {
  const rows = Array.from({ length: n }, () => new Float64Array(n))
  const left = Float64Array.from({ length: n }, (_, i) => a[i * n + i])
  const waiting = Array.from({ length: n }, (_, i) => i)
  const smallest = n * Number.EPSILON * Math.max(0, ...left)
  let rank = 0
  for (; rank < n; rank++) {
    const place = waiting.reduce((best, row, i) => (left[row] > left[waiting[best]] ? i : best), 0)
    const pivot = waiting[place]
    if (!(left[pivot] > smallest)) break
    waiting[place] = waiting[waiting.length - 1]
    waiting.pop()
    const root = Math.sqrt(left[pivot])
    rows[pivot][rank] = root
    for (const row of waiting) {
      const value = (a[row * n + pivot] - dot(rows[row], rows[pivot], rank)) / root
      rows[row][rank] = value
      left[row] -= value * value
    }
  }
  const factor = new Float64Array(n * rank)
  rows.forEach((row, i) => factor.set(row.subarray(0, rank), i * rank))
  return { factor, rank }
}

/** Four sums side by side: the processor adds them at the same time. */
function dot(x: Float64Array, y: Float64Array, count: number): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  const whole = count - (count % 4)
  for (let i = 0; i < whole; i += 4) {
    s0 += x[i] * y[i]
    s1 += x[i + 1] * y[i + 1]
    s2 += x[i + 2] * y[i + 2]
    s3 += x[i + 3] * y[i + 3]
  }
  for (let i = whole; i < count; i++) s0 += x[i] * y[i]
  return s0 + s1 + (s2 + s3)
}
