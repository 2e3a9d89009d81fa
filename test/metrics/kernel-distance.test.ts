import { describe, expect, it } from 'vitest'
import { kernelDistance, squaredDiscrepancy } from '../../src/metrics/kernel-distance.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { expected, features, firstRows, generated, real } from './formula.ts'

const device = createDevice(inlineEngine())

describe('the kernel distance', () => {
  it('of a pair of sets is that of torch-fidelity', async () => {
    const pair = await squaredDiscrepancy(device, firstRows(real, 150), firstRows(generated, 150))
    expect(pair).toBeCloseTo(expected.kernelPair, 7)
  })

  it('of subsets that are the whole does not vary', async () => {
    const { mean, deviation } = await kernelDistance(device, firstRows(real, 180), generated, {
      subsets: 3,
      subsetSize: 180,
    })
    expect(mean).toBeCloseTo(expected.kernelWhole, 7)
    expect(deviation).toBeLessThan(1e-7)
  })

  it('of random subsets has the mean and the spread of torch-fidelity', async () => {
    const subsets = 500
    const { mean, deviation } = await kernelDistance(device, real, generated, { subsets, subsetSize: 60 })
    const chance = expected.kernelSubsetsDeviation / Math.sqrt(subsets)
    expect(Math.abs(mean - expected.kernelSubsets)).toBeLessThan(3 * chance)
    expect(deviation / expected.kernelSubsetsDeviation).toBeCloseTo(1, 0.8)
  })

  it('is given again by the same seed, and varies with it', async () => {
    const of = (seed: number) => kernelDistance(device, real, generated, { subsets: 3, subsetSize: 60, seed })
    expect(await of(5)).toEqual(await of(5))
    expect(await of(5)).not.toEqual(await of(6))
  })

  it('is about 0 for rows of the same distribution, and grows with the distance', async () => {
    const options = { subsets: 30, subsetSize: 100 }
    const same = await kernelDistance(device, real, features(200, 16, 30), options)
    const apart = await kernelDistance(device, real, features(200, 16, 30, 1), options)
    expect(Math.abs(same.mean)).toBeLessThan(0.01)
    expect(apart.mean).toBeGreaterThan(0.1)
  })

  it('is refused where a subset is larger than a set', async () => {
    await expect(kernelDistance(device, real, generated)).rejects.toThrow('1000 rows where it has 180')
    await expect(kernelDistance(device, real, generated, { subsets: 0, subsetSize: 9 })).rejects.toThrow(UserError)
  })
})
