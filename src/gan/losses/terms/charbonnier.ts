import { square } from '../../../tensor/composite.ts'
import { add, mean, sqrt, sub } from '../../../tensor/operations/index.ts'
import type { Term } from '../term.ts'

/**
 * Mean distance from the example's own sample, rounded off near 0: E sqrt((x - G(z))^2 + epsilon^2) (Charbonnier et al. 1994; Lai et
 * al. 2017 for enlarging images). Unlike `l1`, its gradient vanishes where there is no difference.
 */
export const charbonnier = (weight: number, epsilon = 1e-3): Term => ({
  name: 'charbonnier',
  weight,
  loss: ({ real, fake }) => mean(sqrt(add(square(sub(real.values, fake.values)), epsilon ** 2))),
})
