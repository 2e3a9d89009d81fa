import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classPosterior } from '../../src/baselines/bayes-rule.ts'
import { dealFolds } from '../../src/baselines/probability/folds.ts'
import { couple, pairsOf } from '../../src/baselines/probability/pairwise-coupling.ts'
import { fitSigmoid, probabilityOf } from '../../src/baselines/probability/platt.ts'
import { spreadLabels } from '../../src/baselines/random-streams.ts'
import { bestSharpness } from '../../src/baselines/probability/temperature.ts'
import { randomNormal, randomUniform } from '../../src/tensor/threefry.ts'

describe('pairwise coupling', () => {
  it('finds probabilities again from those within each pair', () => {
    const weights = fc.array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 2, maxLength: 10 })
    fc.assert(
      fc.property(weights, (ofClasses) => {
        const sum = ofClasses.reduce((a, b) => a + b, 0)
        const within = pairsOf(ofClasses.length).map(([i, j]) => ofClasses[i] / (ofClasses[i] + ofClasses[j]))
        const found = couple(within, ofClasses.length)
        found.forEach((p, label) => expect(p).toBeCloseTo(ofClasses[label] / sum, 2))
        expect(found.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
      }),
    )
  })
})

describe("Platt's sigmoid", () => {
  it('finds the sigmoid by which the kinds were drawn', () => {
    const decisions = randomNormal([7, 0], 0, 0, 20_000)
    const uniform = randomUniform([7, 0], 1, 0, 20_000)
    const signs = Int8Array.from(uniform, (u, i) => (u < 1 / (1 + Math.exp(-2 * decisions[i] + 0.5)) ? 1 : -1))
    const { slope, offset } = fitSigmoid(decisions, signs)
    expect(slope).toBeCloseTo(-2, 1)
    expect(offset).toBeCloseTo(0.5, 1)
  })

  it('is never quite sure, however clear the decisions', () => {
    const sigmoid = fitSigmoid(Float64Array.of(-9, -8, 8, 9), Int8Array.of(-1, -1, 1, 1))
    expect(probabilityOf(sigmoid, 9)).toBeLessThan(0.9)
    expect(probabilityOf(sigmoid, -9)).toBeGreaterThan(0.1)
    expect(probabilityOf({ slope: -1, offset: 0 }, -1e4)).toBe(0)
    expect(probabilityOf({ slope: -1, offset: 0 }, 1e4)).toBe(1)
  })
})

describe('sharpness', () => {
  it('is one over the temperature by which the labels were drawn', () => {
    const scores = Float32Array.from(randomNormal([9, 0], 0, 0, 30_000))
    const rows = { values: scores, count: 10_000, size: 3 }
    const { values } = classPosterior({ ...rows, values: scores.map((score) => 2.5 * score) })
    const labels = Array.from(randomUniform([9, 0], 1, 0, 10_000), (u, row) =>
      u < values[3 * row] ? 0 : u < values[3 * row] + values[3 * row + 1] ? 1 : 2,
    )
    expect(bestSharpness(rows, labels)).toBeCloseTo(2.5, 0)
    expect(Math.abs(bestSharpness(rows, labels) - 2.5)).toBeLessThan(0.15)
  })
})

describe('what is dealt out', () => {
  it('gives each fold its share of each class', () => {
    const labels = Int32Array.from({ length: 97 }, (_, i) => (i * i) % 3)
    const fold = dealFolds(labels, 3, 5, 1)
    for (const label of [0, 1, 2]) {
      const sizes = [0, 1, 2, 3, 4].map((part) => labels.filter((l, row) => l === label && fold[row] === part).length)
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
    }
  })

  it('gives each class its share of the samples', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 60 }), fc.nat(), (ofClasses, count, seed) => {
        const total = ofClasses.reduce((sum, n) => sum + n, 0)
        const labels = spreadLabels(ofClasses, count, seed)
        ofClasses.forEach((n, label) => {
          const drawn = labels.filter((other) => other === label).length
          expect(Math.abs(drawn - (count * n) / total)).toBeLessThanOrEqual(1)
        })
      }),
    )
  })
})
