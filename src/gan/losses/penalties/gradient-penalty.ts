import { pointsBetween, squaredDistanceFromOne } from './penalty.ts'
import type { Penalty } from './penalty.ts'

/**
 * lambda * E (|grad D(p)| - 1)^2 over points p anywhere between a real sample and a fake, as WGAN-GP has it (Gulrajani et
 * al. 2017). Takes a pass of its own.
 */
export const gradientPenalty = (lambda = 10): Penalty => ({
  name: 'gradientPenalty',
  on: pointsBetween,
  value: squaredDistanceFromOne(lambda),
})
