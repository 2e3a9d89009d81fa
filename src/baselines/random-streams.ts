import { UserError } from '../tensor/errors.ts'
import { permute } from '../tensor/threefry.ts'
import type { Seed } from '../tensor/threefry.ts'

/** The streams of random numbers that models draw from, so far apart that none runs into the next. */
export const streams = {
  labels: 0,
  pixels: 1,
  order: 2,
  folds: 3,
  start: 1 << 20,
  step: 2 << 20,
  chain: 3 << 20,
} as const

/** A seed, a whole number in [0, 2^53), as two words: low, high. */
export const wordsOf = (seed: number): Seed => [seed | 0, Math.floor(seed / 2 ** 32) | 0]

/**
 * The class of each of `count` samples, in a shuffled order: each class has its share of `counts`, as nearly as whole samples
 * allow. With a `label`, all are of that class; throws a UserError where there is no such class.
 */
export function spreadLabels(counts: readonly number[], count: number, seed: number, label?: number): Int32Array {
  if (label !== undefined) {
    if (counts[label] === undefined) {
      throw new UserError(`There is no class ${label}; the classes are 0 to ${counts.length - 1}.`)
    }
    return new Int32Array(count).fill(label)
  }
  const ends = counts.map((_, last) => counts.slice(0, last + 1).reduce((sum, n) => sum + n, 0))
  const total = ends[ends.length - 1]
  return Int32Array.from({ length: count }, (_, sample) => {
    const place = permute(wordsOf(seed), streams.labels, 0, count, sample)
    return ends.findIndex((end) => ((place + 0.5) / count) * total < end)
  })
}
