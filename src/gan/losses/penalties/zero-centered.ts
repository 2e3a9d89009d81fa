import { halfSquaredLength } from './penalty.ts'
import type { Penalty } from './penalty.ts'

/** gamma / 2 * E |grad D(x)|^2 over real samples (Mescheder et al. 2018). */
export const r1 = (gamma: number): Penalty => ({ name: 'r1', on: 'real', value: halfSquaredLength(gamma) })

/** gamma / 2 * E |grad D(G(z))|^2 over fakes (Mescheder et al. 2018). */
export const r2 = (gamma: number): Penalty => ({ name: 'r2', on: 'fake', value: halfSquaredLength(gamma) })
