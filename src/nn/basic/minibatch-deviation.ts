import * as composite from '../../tensor/composite/index.ts'
import type { Layer } from '../layer.ts'
import { mapping } from '../mapping.ts'

/**
 * One more feature that says how much the samples of a group differ (Karras et al. 2018): [..., n] -> [..., n + 1]. The
 * batch must be a multiple of the group size, or smaller.
 */
export const minibatchStandardDeviation = (groupSize = 4): Layer => ({
  ...mapping('minibatchStandardDeviation', (x) => composite.minibatchStandardDeviation(x, groupSize)),
  mixesBatch: true,
})
