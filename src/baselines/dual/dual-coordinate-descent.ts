/**
 * The dual of a linear support vector machine, one variable at a time (Hsieh, Chang, Lin, Keerthi and Sundararajan 2008, A
 * dual coordinate descent method for large-scale linear SVM, algorithm 3): what LIBLINEAR and scikit-learn's LinearSVC do.
 *
 *     minimize  |w|^2 / 2 + C sum max(0, 1 - y w.x)^2
 */
import { randomBits } from '../../tensor/threefry.ts'
import type { Seed } from '../../tensor/threefry.ts'
import { streams } from '../random-streams.ts'
import type { SparseRows } from './sparse-rows.ts'

/** How exactly the minimum is looked for. */
export interface DescentOptions {
  /** C: how much rows count beside small weights. */
  readonly trust: number
  /** Passes over the rows, at most. */
  readonly passes: number
  /** The largest difference between projected gradients that is good enough. */
  readonly tolerance: number
  readonly seed: Seed
}

/** What was found: w = sum alpha_i y_i x_i. */
export interface DescentResult {
  readonly weight: Float64Array
  /** Of each member, not below 0. */
  readonly alpha: Float64Array
}

/**
 * @param members which rows take part.
 * @param signs 1 or -1 for each row.
 */
export function descendDual(
  rows: SparseRows,
  members: Int32Array,
  signs: Int8Array,
  { trust, passes, tolerance, seed }: DescentOptions,
): DescentResult {
  const { starts, columns, values, size } = rows
  const weight = new Float64Array(size)
  const alpha = new Float64Array(members.length)
  // With squared losses the box is open above, and the diagonal of Q has 1 / (2 C) more.
  const slack = 1 / (2 * trust)
  const curvature = Float64Array.from(members, (row) => {
    let squares = slack
    for (let at = starts[row]; at < starts[row + 1]; at++) squares += values[at] ** 2
    return squares
  })
  const order = Int32Array.from(members, (_, i) => i)
  // Rows that are at 0 and want to stay there are put behind `active`, and looked at again at the end.
  let active = members.length
  let mostWanted = Infinity
  for (let pass = 0; pass < passes; pass++) {
    shuffle(order, active, seed, pass)
    let [largest, smallest] = [-Infinity, Infinity]
    for (let place = 0; place < active; place++) {
      const i = order[place]
      const row = members[i]
      let dot = 0
      for (let at = starts[row]; at < starts[row + 1]; at++) dot += weight[columns[at]] * values[at]
      const slope = signs[row] * dot - 1 + slack * alpha[i]
      if (alpha[i] === 0 && slope > mostWanted) {
        active--
        order[place] = order[active]
        order[active] = i
        place--
        continue
      }
      const projected = alpha[i] === 0 ? Math.min(slope, 0) : slope
      largest = Math.max(largest, projected)
      smallest = Math.min(smallest, projected)
      if (projected === 0) continue
      const before = alpha[i]
      alpha[i] = Math.max(before - slope / curvature[i], 0)
      const change = (alpha[i] - before) * signs[row]
      for (let at = starts[row]; at < starts[row + 1]; at++) weight[columns[at]] += change * values[at]
    }
    if (largest - smallest <= tolerance) {
      if (active === members.length) break
      active = members.length
      mostWanted = Infinity
    } else mostWanted = largest > 0 ? largest : Infinity
  }
  return { weight, alpha }
}

/** The first `count` in another order (Fisher and Yates). */
function shuffle(order: Int32Array, count: number, seed: Seed, pass: number): void {
  const bits = randomBits(seed, streams.order, pass, count)
  for (let last = count - 1; last > 0; last--) {
    const other = bits[last] % (last + 1)
    ;[order[last], order[other]] = [order[other], order[last]]
  }
}
