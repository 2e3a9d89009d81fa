import { describe, expect, it } from 'vitest'
import type { Rows } from '../../src/metrics/statistics/rows.ts'
import { classPosterior, logEvidence } from '../../src/baselines/bayes-rule.ts'
import { bernoulliNaiveBayes, gaussianNaiveBayes } from '../../src/baselines/naive-bayes.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { sklearnSet } from './sklearn-sets.ts'

const fitting = { device: createDevice(inlineEngine()) }
const rowsOf = (values: readonly number[], size: number): Rows => ({
  values: Float32Array.from(values),
  count: values.length / size,
  size,
})

const column = ({ values, count, size }: Rows, i: number) =>
  Array.from({ length: count }, (_, row) => values[row * size + i])
const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length
const variance = (numbers: readonly number[]) => mean(numbers.map((x) => x * x)) - mean(numbers) ** 2

describe('Gaussian naive Bayes', () => {
  it('draws rows of the means and variances that it has seen', async () => {
    const { learn } = sklearnSet('iris')
    const model = await gaussianNaiveBayes().fit(learn, fitting)
    const drawn = await model.sample(4000, 1, 1)
    const own = Array.from({ length: learn.rows.count }, (_, row) => row).filter((row) => learn.labels[row] === 1)
    for (let i = 0; i < 4; i++) {
      const seen = own.map((row) => learn.rows.values[row * 4 + i])
      const samples = column(drawn, i)
      // Five standard errors.
      expect(Math.abs(mean(samples) - mean(seen))).toBeLessThan(5 * Math.sqrt(variance(seen) / 4000))
      expect(Math.abs(variance(samples) / variance(seen) - 1)).toBeLessThan(5 * Math.sqrt(2 / 4000))
    }
  })

  it('gives log densities of rows and classes together', async () => {
    // Two classes of two rows each: means 1 and 5, variances 1 and 4 (and 1e-9 of the largest variance, 7.25).
    const model = await gaussianNaiveBayes().fit(
      { rows: rowsOf([0, 2, 3, 7], 1), labels: [0, 0, 1, 1], classes: 2 },
      fitting,
    )
    const { values } = await model.logJoint(rowsOf([3], 1))
    const density = (x: number, m: number, v: number) => -((x - m) ** 2) / (2 * v) - Math.log(2 * Math.PI * v) / 2
    expect(values[0]).toBeCloseTo(Math.log(0.5) + density(3, 1, 1), 5)
    expect(values[1]).toBeCloseTo(Math.log(0.5) + density(3, 5, 4), 5)
    const [evidence] = logEvidence({ values, count: 1, size: 2 })
    expect(evidence).toBeCloseTo(Math.log((Math.exp(density(3, 1, 1)) + Math.exp(density(3, 5, 4))) / 2), 5)
  })

  it('stays certain where densities leave float32', async () => {
    const data = { rows: rowsOf([0, 1e-3, 1, 1.001], 1), labels: [0, 0, 1, 1], classes: 2 }
    const model = await gaussianNaiveBayes().fit(data, fitting)
    const { values } = classPosterior(await model.logJoint(rowsOf([500, -500, 0.49, 0.51], 1)))
    expect(Array.from(values)).toEqual([0, 1, 1, 0, 1, 0, 0, 1])
  })
})

describe('Bernoulli naive Bayes', () => {
  const data = { rows: rowsOf([1, 0, 1, 1, 1, 0, 0, 0], 2), labels: [0, 0, 0, 1], classes: 2 }

  it('draws pixels as often as they were on, with one imagined row of each kind', async () => {
    const model = await bernoulliNaiveBayes().fit(data, fitting)
    const drawn = await model.sample(4000, 3, 0)
    expect(new Set(drawn.values)).toEqual(new Set([0, 1]))
    // (3 + 1) / (3 + 2) and (1 + 1) / (3 + 2).
    expect(Math.abs(mean(column(drawn, 0)) - 0.8)).toBeLessThan(0.03)
    expect(Math.abs(mean(column(drawn, 1)) - 0.4)).toBeLessThan(0.04)
  })

  it('draws classes as often as they were, the same ones for the same seed', async () => {
    const model = await bernoulliNaiveBayes({ imagined: 1e-6 }).fit(data, fitting)
    const { values } = await model.sample(400, 3)
    expect(values.filter((pixel, at) => at % 2 === 0 && pixel === 1).length).toBe(300)
    expect((await model.sample(400, 3)).values).toEqual(values)
    expect((await model.sample(400, 4)).values).not.toEqual(values)
    await expect(model.sample(1, 0, 2)).rejects.toThrow('There is no class 2; the classes are 0 to 1.')
  })
})
