import { UserError } from '../tensor/errors.ts'
import type { ImageSet } from './statistics/image-set.ts'

/** What was measured of each pair of images. */
export interface PairScores {
  /** Of all pairs. */
  readonly mean: number
  /** One for each pair. */
  readonly values: Float64Array
}

/** Measures each image of a set against the one at its place in the other. Throws a UserError where the sets differ in count or shape. */
export function scorePairs(a: ImageSet, b: ImageSet, score: (a: Float32Array, b: Float32Array) => number): PairScores {
  const size = a.values.length / a.count
  if (a.count !== b.count || a.shape.join() !== b.shape.join()) {
    const [one, other] = [a, b].map(({ count, shape }) => `${count} images of ${shape.join(' x ')}`)
    throw new UserError(`${one} and ${other} are no pairs; give as many images of the same shape.`)
  }
  const values = Float64Array.from({ length: a.count }, (_, image) => {
    const [one, other] = [a, b].map((set) => set.values.subarray(image * size, (image + 1) * size))
    return score(one, other)
  })
  return { mean: values.reduce((x, y) => x + y, 0) / values.length, values }
}
