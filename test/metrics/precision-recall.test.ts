import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { densityCoverage } from '../../src/metrics/density-coverage.ts'
import { precisionRecall } from '../../src/metrics/precision-recall.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { expected, features, firstRows, generated, real } from './formula.ts'

const device = createDevice(inlineEngine())

describe('precision and recall', () => {
  it('are those of torch-fidelity', async () => {
    const { precision, recall } = await precisionRecall(device, real, generated)
    expect(precision).toBeCloseTo(expected.precision, 6)
    expect(recall).toBeCloseTo(expected.recall, 6)
  })

  it('are 1 for equal sets and 0 for sets far apart', async () => {
    expect(await precisionRecall(device, real, real)).toEqual({ precision: 1, recall: 1 })
    expect(await precisionRecall(device, real, features(90, 16, 2, 50))).toEqual({ precision: 0, recall: 0 })
  })

  it('see that a generator makes real things, but few kinds', async () => {
    const [one, other] = [features(60, 4, 1), features(40, 4, 2, 9)]
    const both = { values: Float32Array.of(...one.values, ...other.values), count: 100, size: 4 }
    const { precision, recall } = await precisionRecall(device, both, one)
    expect(precision).toBe(1)
    expect(recall).toBe(0.6)
  })

  it('lie in [0, 1], and change places with the sets', async () => {
    const sets = fc.record({
      counts: fc.tuple(fc.integer({ min: 4, max: 80 }), fc.integer({ min: 4, max: 80 })),
      seed: fc.nat(1000),
      shift: fc.double({ min: 0, max: 3, noNaN: true }),
    })
    await fc.assert(
      fc.asyncProperty(sets, async ({ counts: [m, n], seed, shift }) => {
        const [a, b] = [features(m, 4, seed), features(n, 4, seed + 1, shift)]
        const { precision, recall } = await precisionRecall(device, a, b)
        for (const share of [precision, recall]) {
          expect(share).toBeGreaterThanOrEqual(0)
          expect(share).toBeLessThanOrEqual(1)
        }
        expect(await precisionRecall(device, b, a)).toEqual({ precision: recall, recall: precision })
      }),
      { numRuns: 30 },
    )
  })

  it('count rows of several blocks', async () => {
    const many = features(2100, 4, 1)
    expect(await precisionRecall(device, many, many)).toEqual({ precision: 1, recall: 1 })
  })

  it('are refused of sets without so many neighbors', async () => {
    await expect(precisionRecall(device, real, firstRows(real, 3))).rejects.toThrow('3 nearest neighbors among 2')
  })
})

describe('density and coverage', () => {
  it('are those of the definition on distances by scikit-learn', async () => {
    const { density, coverage } = await densityCoverage(device, real, generated)
    expect(density).toBeCloseTo(expected.density, 12)
    expect(coverage).toBeCloseTo(expected.coverage, 12)
  })

  it('of a set in itself count each row and the four neighbors inside', async () => {
    const { density, coverage } = await densityCoverage(device, real, real)
    expect(density).toBeCloseTo(1, 12)
    expect(coverage).toBe(1)
  })

  it('count rows of several blocks', async () => {
    const many = features(2100, 4, 1)
    const { density, coverage } = await densityCoverage(device, many, many)
    expect(density).toBeCloseTo(1, 12)
    expect(coverage).toBe(1)
  })

  it('are 0 for rows far from the data', async () => {
    expect(await densityCoverage(device, real, features(20, 16, 2, 50))).toEqual({ density: 0, coverage: 0 })
  })

  it('are refused of too few real rows', async () => {
    await expect(densityCoverage(device, firstRows(real, 5), generated)).rejects.toThrow('5 nearest neighbors among 4')
  })
})
