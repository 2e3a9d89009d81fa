/** The terms that are summed before the next ones: a panel of four columns of them stays in the first-level cache. */
const depth = 256

/**
 * X^T Y in float64 for X [n, p] and Y [n, q], row-major: 4 x 4 sums stay in registers, and the columns that they need are brought together
 * first.
 */
export function productOfColumns(x: Float64Array, y: Float64Array, n: number, p: number, q: number): Float64Array {
  const result = new Float64Array(p * q)
  const ofX = new Float64Array(depth * 4)
  const tile = new Float64Array(16)
  for (let k = 0; k < n; k += depth) {
    const terms = Math.min(depth, n - k)
    const ofY = Array.from({ length: Math.ceil(q / 4) }, (_, j) =>
      columnsTogether(y, k, terms, q, j * 4, new Float64Array(depth * 4)),
    )
    for (let i = 0; i < p; i += 4) {
      columnsTogether(x, k, terms, p, i, ofX)
      for (let j = 0; j < q; j += 4) {
        multiply(ofX, ofY[j / 4], terms, tile)
        for (let r = 0; r < Math.min(4, p - i); r++) {
          for (let c = 0; c < Math.min(4, q - j); c++) result[(i + r) * q + j + c] += tile[r * 4 + c]
        }
      }
    }
  }
  return result
}

/** Four columns of rows `from ... from + count - 1`, row after row; zeros where the matrix has no more columns. */
function columnsTogether(
  matrix: Float64Array,
  from: number,
  count: number,
  width: number,
  column: number,
  into: Float64Array,
) {
  const columns = Math.min(4, width - column)
  into.fill(0)
  for (let row = 0; row < count; row++) {
    for (let c = 0; c < columns; c++) into[row * 4 + c] = matrix[(from + row) * width + column + c]
  }
  return into
}

function multiply(x: Float64Array, y: Float64Array, terms: number, tile: Float64Array): void {
  let [s00, s01, s02, s03] = [0, 0, 0, 0]
  let [s10, s11, s12, s13] = [0, 0, 0, 0]
  let [s20, s21, s22, s23] = [0, 0, 0, 0]
  let [s30, s31, s32, s33] = [0, 0, 0, 0]
  for (let at = 0; at < terms * 4; at += 4) {
    const x0 = x[at]
    const x1 = x[at + 1]
    const x2 = x[at + 2]
    const x3 = x[at + 3]
    const y0 = y[at]
    const y1 = y[at + 1]
    const y2 = y[at + 2]
    const y3 = y[at + 3]
    s00 += x0 * y0
    s01 += x0 * y1
    s02 += x0 * y2
    s03 += x0 * y3
    s10 += x1 * y0
    s11 += x1 * y1
    s12 += x1 * y2
    s13 += x1 * y3
    s20 += x2 * y0
    s21 += x2 * y1
    s22 += x2 * y2
    s23 += x2 * y3
    s30 += x3 * y0
    s31 += x3 * y1
    s32 += x3 * y2
    s33 += x3 * y3
  }
  tile.set([s00, s01, s02, s03, s10, s11, s12, s13, s20, s21, s22, s23, s30, s31, s32, s33])
}
