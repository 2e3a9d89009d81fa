import type { ImageSet } from './statistics/image-set.ts'
import { scorePairs } from './image-pairs.ts'
import type { PairScores } from './image-pairs.ts'

/**
 * The peak signal-to-noise ratio of pairs of images in decibels: -10 log10 of the mean squared difference of pixels in [0, 1]; Infinity for
 * equal images. Throws a UserError where the sets differ in count or shape.
 */
export const psnr = (images: ImageSet, references: ImageSet): PairScores =>
  scorePairs(images, references, (a, b) => -10 * Math.log10(meanSquare(a, b)))

function meanSquare(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2
  return sum / a.length
}
