/**
 * The dual of a support vector machine, two variables at a time (Platt 1998, Sequential minimal optimization), those two
 * chosen by second-order information (Fan, Chen and Lin 2005, Working set selection using second order information for
 * training support vector machines, WSS 2), which is how LIBSVM and scikit-learn's SVC do it.
 *
 *     minimize  a.Q.a / 2 - sum a   where  Q_ij = y_i y_j K_ij,  0 <= a_i <= C,  y.a = 0
 */

/** Rows of two kinds with their similarities. */
export interface DualProblem {
  /** Similarities of all rows that there are, [of, of]. */
  readonly kernel: Float32Array
  /** How many rows the kernel knows. */
  readonly of: number
  /** Which of them take part. */
  readonly members: Int32Array
  /** The kind of each member: 1 or -1. */
  readonly signs: Int8Array
  /** C: how much a row may count. */
  readonly trust: number
  /** How far from optimal the worst pair may be; LIBSVM's 1e-3 is fine enough for every use. */
  readonly tolerance: number
}

/** The decision about a row x is sum coefficients_i K(member i, x) - offset. */
export interface DualSolution {
  /** y_i a_i of each member; those that are not 0 are the support vectors. */
  readonly coefficients: Float64Array
  readonly offset: number
}

/** Where the curvature along a pair is not positive, as between equal rows. */
const leastCurvature = 1e-12
/** More steps than any problem takes that is not broken; LIBSVM's. */
const mostSteps = 10_000_000

export function solveDual({ kernel, of, members, signs, trust, tolerance }: DualProblem): DualSolution {
  const count = members.length
  const alpha = new Float64Array(count)
  const gradient = new Float64Array(count).fill(-1)
  const diagonal = Float64Array.from(members, (row) => kernel[row * of + row])
  const canRise = (t: number) => (signs[t] > 0 ? alpha[t] < trust : alpha[t] > 0)
  const canFall = (t: number) => (signs[t] > 0 ? alpha[t] > 0 : alpha[t] < trust)

  for (let step = 0; step < mostSteps; step++) {
    let first = -1
    let highest = -Infinity
    for (let t = 0; t < count; t++) {
      if (canRise(t) && -signs[t] * gradient[t] > highest) {
        highest = -signs[t] * gradient[t]
        first = t
      }
    }
    if (first < 0) break
    const base = members[first] * of
    let second = -1
    let lowest = Infinity
    let bestDecrease = 0
    for (let t = 0; t < count; t++) {
      if (!canFall(t)) continue
      const pull = -signs[t] * gradient[t]
      if (pull < lowest) lowest = pull
      const difference = highest - pull
      if (difference <= 0) continue
      const curvature = Math.max(diagonal[first] + diagonal[t] - 2 * kernel[base + members[t]], leastCurvature)
      const decrease = (difference * difference) / curvature
      if (decrease > bestDecrease) {
        bestDecrease = decrease
        second = t
      }
    }
    if (second < 0 || highest - lowest < tolerance) break

    // Along y.a = const: signs_i a_i rises by what signs_j a_j falls, as far as the parabola or the box goes.
    const other = members[second] * of
    const curvature = Math.max(diagonal[first] + diagonal[second] - 2 * kernel[base + members[second]], leastCurvature)
    const wished = (highest + signs[second] * gradient[second]) / curvature
    const change = Math.min(
      wished,
      signs[first] > 0 ? trust - alpha[first] : alpha[first],
      signs[second] > 0 ? alpha[second] : trust - alpha[second],
    )
    alpha[first] = within(alpha[first] + signs[first] * change, trust)
    alpha[second] = within(alpha[second] - signs[second] * change, trust)
    for (let t = 0; t < count; t++) {
      gradient[t] += signs[t] * change * (kernel[base + members[t]] - kernel[other + members[t]])
    }
  }
  return { coefficients: alpha.map((a, t) => signs[t] * a), offset: offsetOf(alpha, gradient, signs, trust) }
}

/** The box's ends are met exactly, as what can rise or fall is asked by comparison. */
function within(alpha: number, trust: number): number {
  if (alpha < trust * 1e-12) return 0
  return alpha > trust * (1 - 1e-12) ? trust : alpha
}

/** From the rows on the margin, where the gradient is 0 but for the offset; without any, midway between its bounds. */
function offsetOf(alpha: Float64Array, gradient: Float64Array, signs: Int8Array, trust: number): number {
  let [sum, free, low, high] = [0, 0, -Infinity, Infinity]
  for (let t = 0; t < alpha.length; t++) {
    const pull = signs[t] * gradient[t]
    if (alpha[t] > 0 && alpha[t] < trust) {
      sum += pull
      free++
    } else {
      // Beyond its margin, a row of the first kind wants the offset to be at most this; within it, at least; the other kind reversed.
      const isUpperBound = (alpha[t] === 0) === signs[t] > 0
      if (isUpperBound) high = Math.min(high, pull)
      else low = Math.max(low, pull)
    }
  }
  return free > 0 ? sum / free : (low + high) / 2
}
