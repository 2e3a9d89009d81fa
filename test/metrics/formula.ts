/** The numbers that bench/peers/fixture-metrics.py measured with the field's own code, and the results. */
import { readFileSync } from 'node:fs'
import type { ImageSet } from '../../src/metrics/statistics/image-set.ts'
import type { Rows } from '../../src/metrics/statistics/rows.ts'

interface Score {
  readonly inception_score_mean: number
  readonly inception_score_std: number
}

interface Results {
  readonly frechet: number
  readonly frechetWide: number
  readonly frechetFewRows: number
  readonly eigenvalues: readonly number[]
  readonly kernelPair: number
  readonly kernelWhole: number
  readonly kernelSubsets: number
  readonly kernelSubsetsDeviation: number
  readonly precision: number
  readonly recall: number
  readonly density: number
  readonly coverage: number
  readonly neighborIndices: readonly number[]
  readonly neighborSquares: readonly number[]
  readonly ownNeighborIndices: readonly number[]
  readonly parzenSigma: number
  readonly parzenMean: number
  readonly parzenStandardError: number
  readonly inceptionWhole: Score
  readonly inceptionSplits: Score
  readonly copyingZ: number
  readonly tiedZ: number
  readonly psnr: readonly number[]
  readonly ssim: readonly number[]
  readonly ssimColor: readonly number[]
  readonly wilson: Readonly<Record<string, readonly [number, number]>>
}

export const expected: Results = JSON.parse(readFileSync(new URL('../fixtures/metrics.json', import.meta.url), 'utf8'))

/** Numbers in [0, 1) that look random, as shaders make them. */
export const uniform = (count: number, seed: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => {
    const x = Math.sin(i * 12.9898 + seed * 78.233) * 43758.5453
    return x - Math.floor(x)
  })

/** A multiple of 1/4096, so that the last digits of a sine do not matter and float32 has it exactly. */
const rounded = (x: number): number => Math.floor(x * 4096 + 0.5) / 4096

/** Rows whose columns have less and less spread; the first one is shifted. */
export function features(count: number, size: number, seed: number, shift = 0): Rows {
  const random = uniform(count * size * 3, seed)
  const values = Float32Array.from({ length: count * size }, (_, at) => {
    const column = at % size
    const sum = random[3 * at] + random[3 * at + 1] + random[3 * at + 2] - 1.5
    return rounded(sum / Math.sqrt(1 + column) + (column === 0 ? shift : 0))
  })
  return { values, count, size }
}

/** Waves, with a little noise. */
export function images(shape: ImageSet['shape'], count: number, seed: number, noise: number): ImageSet {
  const [height, width, channels] = shape
  const random = uniform(count * height * width * channels, seed)
  const values = Float32Array.from(random, (u, at) => rounded(0.5 + 0.35 * Math.sin(at * 0.17) + noise * (u - 0.5)))
  return { values, count, shape }
}

export const firstRows = ({ values, size }: Rows, count: number): Rows => ({
  values: values.subarray(0, count * size),
  count,
  size,
})

export const real = features(200, 16, 1)
export const generated = features(180, 16, 2, 0.2)
