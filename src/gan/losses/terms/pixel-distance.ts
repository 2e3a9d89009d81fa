import { square } from '../../../tensor/composite.ts'
import { abs, mean, sub } from '../../../tensor/operations/index.ts'
import type { Term } from '../term.ts'

/** Mean distance from the example's own sample, number by number: E |x - G(z)| (Isola et al. 2017, equation 3). */
export const l1 = (weight: number): Term => ({
  name: 'l1',
  weight,
  loss: ({ real, fake }) => mean(abs(sub(real.values, fake.values))),
})

/** Mean squared distance from the example's own sample. */
export const l2 = (weight: number): Term => ({
  name: 'l2',
  weight,
  loss: ({ real, fake }) => mean(square(sub(real.values, fake.values))),
})
