import * as composite from '../../tensor/composite/index.ts'
import type { PoolOptions } from '../../tensor/composite/index.ts'
import type { Layer } from '../layer.ts'
import { mapping } from '../mapping.ts'

export type { PoolOptions } from '../../tensor/composite/index.ts'

/** The mean of every window of pixels; padding counts as zeros. [h, w, channels] -> [h', w', channels]. */
export const averagePool = (options: PoolOptions): Layer =>
  mapping('averagePool', (x) => composite.averagePool(x, options))

/** The largest element of every window of pixels: [h, w, channels] -> [h', w', channels]. */
export const maxPool = (options: PoolOptions): Layer => mapping('maxPool', (x) => composite.maxPool(x, options))

/** The mean of every channel: [h, w, channels] -> [channels]. */
export const globalAveragePool = (): Layer => mapping('globalAveragePool', composite.globalAveragePool)

/** The largest element of every channel: [h, w, channels] -> [channels]. */
export const globalMaxPool = (): Layer => mapping('globalMaxPool', composite.globalMaxPool)

/** The sum of every channel: [h, w, channels] -> [channels]. */
export const globalSumPool = (): Layer => mapping('globalSumPool', composite.globalSumPool)
