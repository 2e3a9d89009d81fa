import type { ImageSource } from './source.ts'
import { sizeOf } from '../tensor/shape.ts'

/** The mean of each number of an image over all images, from 0 to 255. */
export function meanOf({ images, shape, count }: Pick<ImageSource, 'images' | 'shape' | 'count'>): Float64Array {
  const sums = new Float64Array(sizeOf(shape))
  for (let first = 0; first < images.length; first += sums.length) {
    for (let place = 0; place < sums.length; place++) sums[place] += images[first + place]
  }
  return sums.map((sum) => sum / count)
}
