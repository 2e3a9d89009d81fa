import { describe, expect, it } from 'vitest'
import { parzenScore } from '../../src/metrics/parzen-windows.ts'
import type { Rows } from '../../src/metrics/statistics/rows.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { expected, features, generated } from './formula.ts'

const device = createDevice(inlineEngine())
const validation = features(150, 16, 8)
const test = features(170, 16, 9)
const moved = ({ values, ...rest }: Rows, by: number): Rows => ({ values: values.map((x) => x + by), ...rest })

describe('the Parzen-window score', () => {
  it("is the mean log-likelihood of scikit-learn's kernel density", async () => {
    const score = await parzenScore(device, generated, validation, test)
    expect(score.sigma).toBeCloseTo(expected.parzenSigma, 12)
    expect(score.mean).toBeCloseTo(expected.parzenMean, 5)
    expect(score.standardError).toBeCloseTo(expected.parzenStandardError, 6)
  })

  it('does not change when everything moves, and falls when the samples alone do', async () => {
    const score = await parzenScore(device, generated, validation, test)
    const together = await parzenScore(device, moved(generated, 3), moved(validation, 3), moved(test, 3))
    expect(together.mean).toBeCloseTo(score.mean, 3)
    const apart = await parzenScore(device, moved(generated, 0.5), validation, test)
    expect(apart.mean).toBeLessThan(score.mean - 1)
  })

  it('of one sample in one dimension is a Gaussian', async () => {
    const at = (...values: number[]): Rows => ({ values: Float32Array.from(values), count: values.length, size: 1 })
    const { mean, standardError } = await parzenScore(device, at(0.5), at(0), at(0, 2), [0.7])
    const density = (x: number) => -((x - 0.5) ** 2) / (2 * 0.49) - Math.log(0.7 * Math.sqrt(2 * Math.PI))
    expect(mean).toBeCloseTo((density(0) + density(2)) / 2, 5)
    expect(standardError).toBeCloseTo((density(0) - density(2)) / 2 / Math.SQRT2, 5)
  })

  it('adds up samples of several blocks', async () => {
    const many = features(2300, 6, 20)
    const few = features(40, 6, 21)
    const { mean } = await parzenScore(device, many, few, few, [0.2])
    const likelihoods = Array.from({ length: few.count }, (_, row) => {
      let sum = 0
      for (let sample = 0; sample < many.count; sample++) {
        let square = 0
        for (let i = 0; i < 6; i++) square += (many.values[sample * 6 + i] - few.values[row * 6 + i]) ** 2
        sum += Math.exp(-square / (2 * 0.04))
      }
      return Math.log(sum / many.count) - 6 * Math.log(0.2 * Math.sqrt(2 * Math.PI))
    })
    expect(mean).toBeCloseTo(likelihoods.reduce((a, b) => a + b) / few.count, 5)
  })

  it('chooses the width by the first thousand validation rows alone', async () => {
    const far = { values: new Float32Array(1500).fill(50, 1000), count: 1500, size: 1 }
    const samples = { values: Float32Array.of(-0.05, 0, 0.05), count: 3, size: 1 }
    const { sigma } = await parzenScore(device, samples, far, samples)
    expect(sigma).toBeCloseTo(0.1, 12)
  })

  it('refuses widths that are none', async () => {
    await expect(parzenScore(device, generated, validation, test, [0])).rejects.toThrow(UserError)
    await expect(parzenScore(device, generated, validation, test, [])).rejects.toThrow('none')
  })
})
