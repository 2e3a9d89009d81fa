import { UserError } from '../tensor/errors.ts'
import type { ImageSet } from './statistics/image-set.ts'
import { scorePairs } from './image-pairs.ts'
import type { PairScores } from './image-pairs.ts'

/** A Gaussian of deviation 1.5 over 11 pixels, with sum 1. */
const radius = 5
const side = 2 * radius + 1
const bell = Array.from({ length: side }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * 1.5 ** 2)))
const window = bell.map((weight) => weight / bell.reduce((a, b) => a + b))

/** The constants of the paper for pixels in [0, 1]. */
const c1 = 0.01 ** 2
const c2 = 0.03 ** 2

/**
 * The structural similarity of pairs of images (Wang et al. 2004, equation 13), at most 1, for equal images: the mean over all places of
 * the window inside the image and over channels, as scikit-image computes it with Gaussian weights. Throws a UserError where the sets
 * differ in count or shape, or images are smaller than the window of 11 x 11.
 */
export function ssim(images: ImageSet, references: ImageSet): PairScores {
  const [height, width, channels] = images.shape
  if (Math.min(height, width) < side) {
    throw new UserError(
      `Structural similarity needs images of at least ${side} x ${side}; these are ${height} x ${width}.`,
    )
  }
  const smooth = smoother(height, width)
  const channelOf = (image: Float32Array, channel: number) =>
    Float64Array.from({ length: height * width }, (_, pixel) => image[pixel * channels + channel])
  return scorePairs(images, references, (a, b) => {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) {
      sum += similarity(channelOf(a, channel), channelOf(b, channel), smooth)
    }
    return sum / channels
  })
}

type Smooth = (image: Float64Array) => Float64Array

function similarity(x: Float64Array, y: Float64Array, smooth: Smooth): number {
  const meanX = smooth(x)
  const meanY = smooth(y)
  const squareX = smooth(x.map((value) => value * value))
  const squareY = smooth(y.map((value) => value * value))
  const product = smooth(x.map((value, i) => value * y[i]))
  let sum = 0
  for (let i = 0; i < meanX.length; i++) {
    const both = meanX[i] * meanY[i]
    const squares = meanX[i] ** 2 + meanY[i] ** 2
    const covariance = product[i] - both
    const variances = squareX[i] + squareY[i] - squares
    sum += ((2 * both + c1) * (2 * covariance + c2)) / ((squares + c1) * (variances + c2))
  }
  return sum / meanX.length
}

/** The window's weighted means at all places inside of an image: along the rows, then along the columns. */
function smoother(height: number, width: number): Smooth {
  const rows = height - 2 * radius
  const columns = width - 2 * radius
  const across = new Float64Array(height * columns)
  return (image) => {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < columns; column++) {
        let sum = 0
        for (let i = 0; i < side; i++) sum += window[i] * image[row * width + column + i]
        across[row * columns + column] = sum
      }
    }
    const smoothed = new Float64Array(rows * columns)
    for (let at = 0; at < smoothed.length; at++) {
      let sum = 0
      for (let i = 0; i < side; i++) sum += window[i] * across[at + i * columns]
      smoothed[at] = sum
    }
    return smoothed
  }
}
