import * as composite from '../../tensor/composite/index.ts'
import type { Layer } from '../layer.ts'
import { mapping } from '../mapping.ts'

/** Ways to make an image larger. */
const ways = { nearest: composite.upsampleNearest, bilinear: composite.upsampleBilinear }

/**
 * Images `factor` times as high and wide: [h, w, channels] -> [h * factor, w * factor, channels]. 'nearest' repeats
 * pixels; 'bilinear' lays values between neighbours, as PyTorch with align_corners=False.
 */
export const upsample = (factor: number, way: keyof typeof ways = 'nearest'): Layer =>
  mapping('upsample', (x) => ways[way](x, factor))

/** Channels become pixels (Shi et al. 2016): [h, w, channels * factor^2] -> [h * factor, w * factor, channels]. */
export const pixelShuffle = (factor: number): Layer => mapping('pixelShuffle', (x) => composite.pixelShuffle(x, factor))

/** Pixels become channels: [h * factor, w * factor, channels] -> [h, w, channels * factor^2]. */
export const pixelUnshuffle = (factor: number): Layer =>
  mapping('pixelUnshuffle', (x) => composite.pixelUnshuffle(x, factor))
