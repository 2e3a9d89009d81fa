/**
 * From decision values to probabilities: a sigmoid fitted to decisions about rows that were not learned from (Platt 1999),
 * by Newton's method as in Lin, Lin and Weng 2007, A note on Platt's probabilistic outputs for support vector machines.
 */

/** p(positive | decision) = 1 / (1 + exp(slope * decision + offset)). */
export interface Sigmoid {
  readonly slope: number
  readonly offset: number
}

const mostSteps = 100
const leastStep = 1e-10
const goodEnough = 1e-5
/** Keeps the Hessian positive definite. */
const ridge = 1e-12

/** The sigmoid under which the kinds (positive or not) of these decisions are most likely. */
export function fitSigmoid(decisions: Float64Array, signs: Int8Array): Sigmoid {
  const positives = signs.reduce((sum, sign) => sum + Number(sign > 0), 0)
  const negatives = signs.length - positives
  // Nobody is sure after few rows: targets by Laplace's rule instead of 1 and 0.
  const targets = Float64Array.from(signs, (sign) =>
    sign > 0 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2),
  )
  let [slope, offset] = [0, Math.log((negatives + 1) / (positives + 1))]
  let loss = lossAt(decisions, targets, slope, offset)
  for (let step = 0; step < mostSteps; step++) {
    let [h11, h22, h21, g1, g2] = [ridge, ridge, 0, 0, 0]
    for (let i = 0; i < decisions.length; i++) {
      const p = probabilityOf({ slope, offset }, decisions[i])
      const spread = p * (1 - p)
      const excess = targets[i] - p
      h11 += decisions[i] * decisions[i] * spread
      h22 += spread
      h21 += decisions[i] * spread
      g1 += decisions[i] * excess
      g2 += excess
    }
    if (Math.abs(g1) < goodEnough && Math.abs(g2) < goodEnough) break
    const determinant = h11 * h22 - h21 * h21
    const byslope = -(h22 * g1 - h21 * g2) / determinant
    const byOffset = -(h11 * g2 - h21 * g1) / determinant
    const descent = g1 * byslope + g2 * byOffset
    let length = 1
    let next = lossAt(decisions, targets, slope + byslope, offset + byOffset)
    while (next >= loss + 1e-4 * length * descent && length > leastStep) {
      length /= 2
      next = lossAt(decisions, targets, slope + length * byslope, offset + length * byOffset)
    }
    if (length <= leastStep) break
    slope += length * byslope
    offset += length * byOffset
    loss = next
  }
  return { slope, offset }
}

/** Accurate at both ends. */
export function probabilityOf({ slope, offset }: Sigmoid, decision: number): number {
  const x = slope * decision + offset
  return x >= 0 ? Math.exp(-x) / (1 + Math.exp(-x)) : 1 / (1 + Math.exp(x))
}

/** -sum of the targets' log likelihood. */
function lossAt(decisions: Float64Array, targets: Float64Array, slope: number, offset: number): number {
  let loss = 0
  for (let i = 0; i < decisions.length; i++) {
    const x = slope * decisions[i] + offset
    loss += x >= 0 ? targets[i] * x + Math.log1p(Math.exp(-x)) : (targets[i] - 1) * x + Math.log1p(Math.exp(x))
  }
  return loss
}
