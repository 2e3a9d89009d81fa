import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadMnist } from '../../src/data/mnist-node.ts'
import { imagesOfBytes, slicedImages } from '../../src/metrics/statistics/image-set.ts'
import type { ImageSet } from '../../src/metrics/statistics/image-set.ts'
import type { Rows } from '../../src/metrics/statistics/rows.ts'
import { twoSampleTest } from '../../src/metrics/two-sample-test.ts'
import type { Device } from '../../src/runtime/device.ts'
import { openNodeDevice } from '../../src/runtime/open-node.ts'
import { randomNormal } from '../../src/tensor/threefry.ts'

let device: Device
beforeAll(async () => {
  device = await openNodeDevice({ threads: 2, tune: false })
})
afterAll(() => device.engine.close())

/** Points of a normal distribution in the plane, shifted to the right. */
const normal = (count: number, stream: number, shift = 0): Rows => ({
  values: Float32Array.from(
    randomNormal([5, 0], stream, 0, 2 * count),
    (value, at) => value + (at % 2 === 0 ? shift : 0),
  ),
  count,
  size: 2,
})

describe('the two-sample test of points', () => {
  it('guesses between samples of one distribution, as its interval says', async () => {
    const seeds = [0, 1, 2, 3]
    const results = await Promise.all(
      seeds.map((seed) => twoSampleTest(device, normal(1000, 0), normal(1000, 1), { seed })),
    )
    const inside = results.filter(({ low, high }) => low <= 0.5 && high >= 0.5)
    expect(inside.length).toBeGreaterThanOrEqual(3)
    expect(new Set(results.map(({ accuracy }) => accuracy)).size).toBeGreaterThan(1)
  })

  it('is right as often as anybody can be', async () => {
    // The best classifier of two unit normal distributions at a distance of d is right with probability Phi(d / 2).
    for (const [shift, best] of [
      [1, 0.6915],
      [2, 0.8413],
      [4, 0.9772],
    ]) {
      const { accuracy, low, high } = await twoSampleTest(device, normal(2000, 0), normal(2000, 1, shift))
      expect(Math.abs(accuracy - best)).toBeLessThan(0.035)
      expect(high - low).toBeLessThan(0.05)
    }
  })

  it('sees what no mean or variance tells', async () => {
    // Points near a circle against normal ones of the same mean and variance.
    const { values, count } = normal(2000, 2)
    const circle = Float32Array.from(values, (value, at) => {
      const length = Math.hypot(values[at - (at % 2)], values[at - (at % 2) + 1])
      return (Math.SQRT2 * value) / length
    })
    const { accuracy } = await twoSampleTest(device, normal(2000, 0), { values: circle, count, size: 2 })
    expect(accuracy).toBeGreaterThan(0.8)
  })

  it('depends on its seed alone, and takes as many of each', async () => {
    const one = await openNodeDevice({ threads: 1, tune: false })
    const [few, many] = [normal(300, 0), normal(500, 1, 0.5)]
    const result = await twoSampleTest(device, few, many, { seed: 3 })
    expect(await twoSampleTest(one, few, many, { seed: 3 })).toEqual(result)
    await one.engine.close()
    // 300 of each, of which 150 and 150 are tested.
    expect(300 * result.accuracy).toBeCloseTo(Math.round(300 * result.accuracy), 9)
  })

  it('refuses few samples, and samples of different shapes', async () => {
    await expect(twoSampleTest(device, normal(3, 0), normal(9, 1))).rejects.toThrow('A test of 3 samples')
    const images: ImageSet = { values: new Float32Array(40), count: 10, shape: [2, 2, 1] }
    await expect(twoSampleTest(device, normal(9, 0), images)).rejects.toThrow('told apart by their size alone')
  })
})

describe('the two-sample test of images', () => {
  it('guesses between digits, and tells those with a faint pattern from those without', async () => {
    const { images, shape } = await loadMnist('train')
    const digits = imagesOfBytes(images.subarray(0, 1600 * 784), shape)
    const [some, others] = [slicedImages(digits, 0, 800), slicedImages(digits, 800, 800)]
    const guess = await twoSampleTest(device, some, others)
    expect(guess.low).toBeLessThan(0.52)
    const patterned = {
      ...others,
      values: others.values.map((value, at) => Math.max(0, value - 0.1 * ((at + Math.floor(at / 28)) % 2))),
    }
    expect((await twoSampleTest(device, some, patterned)).low).toBeGreaterThan(0.8)
  })
})
