import * as composite from '../../tensor/composite/index.ts'
import type { Layer } from '../layer.ts'
import { mapping } from '../mapping.ts'

/** Ways to make an image smaller. */
const ways = { average: composite.downsampleAverage, smooth: composite.downsampleSmooth }

/**
 * Smaller images, as for discriminators at several scales: [h * factor, w * factor, channels] -> [h, w, channels].
 * 'average' takes the mean of every square; 'smooth' weighs pixels by distance over twice that width, as
 * antialiased bilinear interpolation in PyTorch.
 */
export const downsample = (factor: number, way: keyof typeof ways = 'average'): Layer =>
  mapping('downsample', (x) => ways[way](x, factor))
