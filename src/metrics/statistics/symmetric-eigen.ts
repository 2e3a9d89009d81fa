/**
 * The eigenvalues of a symmetric matrix [n, n] in ascending order, in float64: Householder's reduction to tridiagonal form, then
 * implicitly shifted QL steps (Golub and Van Loan, Matrix Computations, 8.3.1 and 8.3.3; EISPACK's tred1 and imtql1). Only the
 * lower triangle is read. Their error is about 1e-15 times the largest magnitude among them.
 */
export function symmetricEigenvalues(matrix: Float64Array, n: number): Float64Array {
  const { diagonal, below } = tridiagonal(matrix.slice(), n)
  return tridiagonalEigenvalues(diagonal, below).toSorted()
}

interface Tridiagonal {
  readonly diagonal: Float64Array
  /** below[i] stands beside diagonal[i], in the column before; below[0] is unused. */
  readonly below: Float64Array
}

/**
 * From the last row to the first, a reflection H = I - 2 v v^T / v^T v turns all but the last element before the diagonal to zero; the
 * rest of the matrix A becomes H A H = A - v w^T - w v^T. Only the lower triangle is kept up, in place.
 */
function tridiagonal(a: Float64Array, n: number): Tridiagonal {
  const diagonal = new Float64Array(n)
  const below = new Float64Array(n)
  const w = new Float64Array(n)
  for (let row = n - 1; row >= 1; row--) {
    const v = a.subarray(row * n, row * n + row)
    const { scale, norm } = reflector(v)
    diagonal[row] = a[row * n + row]
    below[row] = norm
    if (scale === 0) continue
    multiplyLower(a, n, v, w)
    const overlap = (scale * dot(v, w, row)) / 2
    for (let i = 0; i < row; i++) w[i] = scale * (w[i] - overlap * v[i])
    subtractLower(a, n, v, w)
  }
  diagonal[0] = a[0]
  return { diagonal, below }
}

/**
 * Turns x into the v of its reflection, scaled so that no square is too small or too large, and gives the factor 2 / v.v (0 where there
 * is nothing to do) and what the last element of x becomes.
 */
function reflector(x: Float64Array): { scale: number; norm: number } {
  const last = x.length - 1
  const largest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (x.subarray(0, last).every((value) => value === 0)) return { scale: 0, norm: x[last] }
  for (let i = 0; i <= last; i++) x[i] /= largest
  const end = x[last]
  const norm = (end < 0 ? 1 : -1) * Math.sqrt(dot(x, x, x.length))
  x[last] = end - norm
  return { scale: 1 / (norm * (norm - end)), norm: norm * largest }
}

/** w = A v for the leading part of A, from its lower triangle. */
function multiplyLower(a: Float64Array, n: number, v: Float64Array, w: Float64Array): void {
  for (let i = 0; i < v.length; i++) {
    const at = i * n
    const factor = v[i]
    let sum = a[at + i] * factor
    for (let j = 0; j < i; j++) {
      const element = a[at + j]
      sum += element * v[j]
      w[j] += element * factor
    }
    w[i] = sum
  }
}

/** A = A - v w^T - w v^T for the leading part of A, in its lower triangle. */
function subtractLower(a: Float64Array, n: number, v: Float64Array, w: Float64Array): void {
  for (let i = 0; i < v.length; i++) {
    const at = i * n
    const ofV = v[i]
    const ofW = w[i]
    for (let j = 0; j <= i; j++) a[at + j] -= ofV * w[j] + ofW * v[j]
  }
}

function dot(x: Float64Array, y: Float64Array, count: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += x[i] * y[i]
  return sum
}

/** More steps than any eigenvalue was ever seen to need. */
const mostSteps = 50

function tridiagonalEigenvalues(d: Float64Array, below: Float64Array): Float64Array {
  const n = d.length
  const e = new Float64Array(n)
  e.set(below.subarray(1))
  for (let first = 0; first < n; first++) {
    for (let step = 0; ; step++) {
      const last = endOfBlock(d, e, first)
      if (last === first) break
      if (step === mostSteps) throw new Error('an eigenvalue was not found')
      chase(d, e, first, last)
    }
  }
  return d
}

/** The first place from which on the matrix falls apart: what stands beside it is too small to change the diagonal. */
function endOfBlock(d: Float64Array, e: Float64Array, first: number): number {
  let last = first
  while (last < d.length - 1) {
    const size = Math.abs(d[last]) + Math.abs(d[last + 1])
    if (size + Math.abs(e[last]) === size) break
    last++
  }
  return last
}

/** One implicit QL step with Wilkinson's shift on the block from `first` to `last`. */
function chase(d: Float64Array, e: Float64Array, first: number, last: number): void {
  const half = (d[first + 1] - d[first]) / (2 * e[first])
  let g = d[last] - d[first] + e[first] / (half + (half < 0 ? -1 : 1) * Math.hypot(half, 1))
  let sine = 1
  let cosine = 1
  let moved = 0
  for (let i = last - 1; i >= first; i--) {
    const f = sine * e[i]
    const b = cosine * e[i]
    const r = Math.hypot(f, g)
    e[i + 1] = r
    if (r === 0) {
      d[i + 1] -= moved
      e[last] = 0
      return
    }
    sine = f / r
    cosine = g / r
    const shifted = d[i + 1] - moved
    const t = (d[i] - shifted) * sine + 2 * cosine * b
    moved = sine * t
    d[i + 1] = shifted + moved
    g = cosine * t - b
  }
  d[first] -= moved
  e[first] = g
  e[last] = 0
}
