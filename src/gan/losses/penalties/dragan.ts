import { square } from '../../../tensor/composite.ts'
import { add, mean, mul, randomNormal, sqrt, sub } from '../../../tensor/operations/index.ts'
import { squaredDistanceFromOne } from './penalty.ts'
import type { Penalty } from './penalty.ts'

/**
 * lambda * E (|grad D(x + noise)| - 1)^2 around real samples (Kodali et al. 2017): normal noise of half the deviation that
 * all numbers of the batch have, as in the authors' code. Takes a pass of its own.
 */
export const dragan = (lambda = 10): Penalty => ({
  name: 'dragan',
  on: (real, _fake, { source, stream }) => {
    const deviation = sqrt(mean(square(sub(real, mean(real)))))
    return add(real, mul(randomNormal(source, stream(), real.shape), mul(deviation, 0.5)))
  },
  value: squaredDistanceFromOne(lambda),
})
