import { UserError } from '../../tensor/errors.ts'
import { sizeOf } from '../../tensor/shape.ts'
import type { ImageShape } from '../../data/source.ts'
import type { Rows } from './rows.ts'

/** Images as they are judged, real and generated alike. */
export interface ImageSet {
  /** [count, height, width, channels], 0 (dark) to 1 (light). */
  readonly values: Float32Array
  /** How many images there are, at least 1. */
  readonly count: number
  /** The shape of one image. */
  readonly shape: ImageShape
}

/** Images of bytes, 0 (dark) to 255 (light), as sources hold them. Throws a UserError where they are no whole images. */
export function imagesOfBytes(bytes: Uint8Array, shape: ImageShape): ImageSet {
  const values = new Float32Array(bytes.length)
  for (let at = 0; at < bytes.length; at++) values[at] = bytes[at] / 255
  return imageSet(values, shape)
}

/**
 * Images of the samples of a game, whose data range is 'signed' (-1 ... 1) or 'unit' (0 ... 1). Each number goes to the nearest of 256
 * steps, as in a picture file: real images are bytes, and nobody is to tell fakes by their fractions.
 */
export function imagesOfSamples(samples: Float32Array, shape: ImageShape, range: 'signed' | 'unit'): ImageSet {
  const [scale, shift] = range === 'signed' ? [127.5, 127.5] : [255, 0]
  const values = new Float32Array(samples.length)
  for (let at = 0; at < samples.length; at++) {
    values[at] = Math.round(Math.min(Math.max(scale * samples[at] + shift, 0), 255)) / 255
  }
  return imageSet(values, shape)
}

/** Each image as one row of numbers, without a copy. */
export const rowsOf = ({ values, count, shape }: ImageSet): Rows => ({ values, count, size: sizeOf(shape) })

/** `count` images from `first` on, without a copy. */
export function slicedImages({ values, shape }: ImageSet, first: number, count: number): ImageSet {
  const size = sizeOf(shape)
  return { values: values.subarray(first * size, (first + count) * size), count, shape }
}

function imageSet(values: Float32Array, shape: ImageShape): ImageSet {
  const count = values.length / sizeOf(shape)
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new UserError(
      `${values.length} numbers are no whole images of ${shape.join(' x ')}; give at least one image.`,
    )
  }
  return { values, count, shape }
}
