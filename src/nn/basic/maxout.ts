import * as composite from '../../tensor/composite.ts'
import { dense } from './dense.ts'
import type { DenseOptions } from './dense.ts'
import type { Layer } from '../layer.ts'

/**
 * Every unit the largest of several weighted sums (Goodfellow et al. 2013): [batch, n] -> [batch, units].
 * Column piece * units + unit of the weight belongs to one piece of one unit.
 */
export function maxout(units: number, pieces: number, options: DenseOptions = {}): Layer {
  const sums = dense(units * pieces, options)
  return {
    name: 'maxout',
    mixesBatch: false,
    init: (inputShape, random) => ({ ...sums.init(inputShape, random), shape: [units] }),
    apply(variables, x, mode) {
      const { output, buffers } = sums.apply(variables, x, mode)
      return { output: composite.maxout(output, pieces), buffers }
    },
  }
}
