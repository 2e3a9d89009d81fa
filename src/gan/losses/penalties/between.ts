import type { Penalty } from './penalty.ts'
import { halfSquaredLength, pointsBetween } from './penalty.ts'

/**
 * gamma / 2 * E |grad D(p)|^2 over points p anywhere between a real sample and a fake (Thanh-Tung et al. 2019, "Improving generalization
 * and stability of generative adversarial networks"): level between both, where `r1` and `r2` are at the samples alone. Takes a pass of its
 * own.
 */
export const levelBetween = (gamma: number): Penalty => ({
  name: 'levelBetween',
  on: pointsBetween,
  value: halfSquaredLength(gamma),
})
