import { add, mul, randomUniform, sub } from '../../tensor/operations/index.ts'
import { squaredDistanceFromOne } from './penalty.ts'
import type { Penalty } from './penalty.ts'

/**
 * lambda * E (|grad D(p)| - 1)^2 over points p anywhere between a real sample and a fake, as WGAN-GP has it (Gulrajani et
 * al. 2017). Takes a pass of its own.
 */
export const gradientPenalty = (lambda = 10): Penalty => ({
  name: 'gradientPenalty',
  on: (real, fake, random) => {
    const share = randomUniform(random.source, random.stream(), [real.shape[0], ...real.shape.slice(1).map(() => 1)])
    return add(fake, mul(sub(real, fake), share))
  },
  value: squaredDistanceFromOne(lambda),
})
