import * as composite from '../../tensor/composite/index.ts'
import type { Layer } from '../layer.ts'
import { mapping } from '../mapping.ts'

/** Every pixel's features divided by the root of their mean square (Karras et al. 2018); nothing is learned. */
export const pixelNorm = (epsilon = 1e-8): Layer => mapping('pixelNorm', (x) => composite.pixelNorm(x, epsilon))
