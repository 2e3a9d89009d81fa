import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImageSet } from '../../src/metrics/statistics/image-set.ts'
import { createRandomFeatures } from '../../src/metrics/networks/random-features.ts'
import type { Score } from '../../src/evaluation/evaluation.ts'
import { imageScores } from '../../src/evaluation/image-scores.ts'
import { metricTable } from '../../src/evaluation/metric-table.ts'
import { createDevice } from '../../src/runtime/device.ts'
import type { Device } from '../../src/runtime/device.ts'
import { randomNormal, randomUniform } from '../../src/tensor/threefry.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'

const shape = [8, 8, 1] as const
const count = 240

/** Soft spots at random places, in an image that is else dark. */
function spots(stream: number): ImageSet {
  const places = randomUniform([1, 0], stream, 0, 2 * count)
  const values = new Float32Array(count * 64)
  for (let at = 0; at < values.length; at++) {
    const [image, row, column] = [Math.floor(at / 64), Math.floor(at / 8) % 8, at % 8]
    const [y, x] = [1.5 + 4 * places[2 * image], 1.5 + 4 * places[2 * image + 1]]
    values[at] = Math.exp(-((row - y) ** 2 + (column - x) ** 2) / 3)
  }
  return { values, count, shape }
}

function noisy({ values }: ImageSet): ImageSet {
  const noise = randomNormal([2, 0], 0, 0, values.length)
  return { values: values.map((value, at) => Math.min(1, Math.max(0, value + 0.4 * noise[at]))), count, shape }
}

let device: Device
beforeAll(() => void (device = createDevice(inlineEngine())))
afterAll(() => device.engine.close())

const scoresOf = (generated: ImageSet): Promise<Score[]> =>
  imageScores(
    device,
    { generated, reference: spots(1), test: spots(2), validation: spots(3) },
    { extractor: createRandomFeatures(device, shape), classifier: null, seed: 0 },
    () => {},
  )

describe('imageScores', () => {
  it('gives the generated images the numbers of the real ones where they are the same', async () => {
    for (const { name, generated, real } of await scoresOf(spots(1))) expect(generated, name).toEqual(real)
  })

  it('finds spoiled images worse by every number that says which way is better', async () => {
    const scores = await scoresOf(noisy(spots(4)))
    expect(scores.map(({ metric }) => metric)).toEqual(
      expect.arrayContaining(['twoSampleAccuracy', 'fid', 'kid', 'precision', 'coverage', 'parzen']),
    )
    for (const { metric, name, generated, real } of scores) {
      // Recall is not lost by noise: the balls of samples that are spread out are large (Naeem et al. 2020, section 2).
      if (metric === 'recall') continue
      const { better } = metricTable[metric]
      const by = generated.value - (real?.value ?? NaN)
      if (better !== 'real') expect(better === 'higher' ? -by : by, name).toBeGreaterThan(0)
    }
  })

  it('names numbers after the network in whose features they were measured', async () => {
    const names = (await scoresOf(spots(4))).map(({ name }) => name)
    expect(names).toContain('FID (random network)')
    expect(names).toContain('Parzen log-likelihood')
  })
}, 60_000)
