import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { descendDual } from '../../src/baselines/dual/dual-coordinate-descent.ts'
import { linearSupportVectorMachine } from '../../src/baselines/linear-support-vector-machine.ts'
import { solveDual } from '../../src/baselines/dual/sequential-minimal-optimization.ts'
import { sparseRows } from '../../src/baselines/dual/sparse-rows.ts'
import { supportVectorMachine } from '../../src/baselines/support-vector-machine.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { likeliest } from './sklearn-sets.ts'

const range = (length: number): number[] => Array.from({ length }, (_, i) => i)
const coordinate = fc.integer({ min: -8, max: 8 }).map((x) => x / 4)
const samples = fc
  .array(fc.tuple(coordinate, coordinate, fc.boolean()), { minLength: 4, maxLength: 24 })
  .filter((rows) => new Set(rows.map(([, , kind]) => kind)).size === 2)
const trusts = fc.constantFrom(0.1, 1, 10)

describe('sequential minimal optimization', () => {
  it('ends at the optimum: feasible, and every row where Karush, Kuhn and Tucker say', () => {
    fc.assert(
      fc.property(samples, trusts, (rows, trust) => {
        const count = rows.length
        const kernel = Float32Array.from(
          rows.flatMap(([a, b]) => rows.map(([c, d]) => Math.exp(-((a - c) ** 2) - (b - d) ** 2))),
        )
        const signs = Int8Array.from(rows, ([, , kind]) => (kind ? 1 : -1))
        const members = Int32Array.from(range(count))
        const { coefficients, offset } = solveDual({ kernel, of: count, members, signs, trust, tolerance: 1e-3 })
        const alpha = coefficients.map((c, i) => c * signs[i])
        expect(Math.abs(coefficients.reduce((sum, c) => sum + c, 0))).toBeLessThan(1e-9)
        for (const i of range(count)) {
          expect(alpha[i]).toBeGreaterThanOrEqual(0)
          expect(alpha[i]).toBeLessThanOrEqual(trust)
          const decision = coefficients.reduce((sum, c, j) => sum + c * kernel[i * count + j], -offset)
          const margin = signs[i] * decision
          if (alpha[i] < trust) expect(margin).toBeGreaterThan(1 - 2e-3)
          if (alpha[i] > 0) expect(margin).toBeLessThan(1 + 2e-3)
        }
      }),
    )
  })
})

describe('dual coordinate descent', () => {
  it('closes the gap between the primal and the dual', () => {
    fc.assert(
      fc.property(samples, trusts, (rows, trust) => {
        const table = { values: Float32Array.from(rows.flatMap(([a, b]) => [a, b])), count: rows.length, size: 2 }
        const signs = Int8Array.from(rows, ([, , kind]) => (kind ? 1 : -1))
        const members = Int32Array.from(range(rows.length))
        const options = { trust, passes: 100_000, tolerance: 1e-6, seed: [1, 0] } as const
        const { weight, alpha } = descendDual(sparseRows(table), members, signs, options)
        const norm = weight.reduce((sum, w) => sum + w * w, 0)
        const losses = rows.map(([a, b], i) => Math.max(0, 1 - signs[i] * (weight[0] * a + weight[1] * b + weight[2])))
        const primal = norm / 2 + trust * losses.reduce((sum, loss) => sum + loss ** 2, 0)
        const dual = alpha.reduce((sum, a) => sum + a - a ** 2 / (4 * trust), 0) - norm / 2
        expect(Math.min(...alpha)).toBeGreaterThanOrEqual(0)
        expect(primal - dual).toBeLessThan(1e-4 * (1 + primal))
        for (const [at, column] of [(i: number) => rows[i][0], (i: number) => rows[i][1], () => 1].entries()) {
          const sum = alpha.reduce((total, a, i) => total + a * signs[i] * column(i), 0)
          expect(weight[at]).toBeCloseTo(sum, 8)
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('support vector machines', () => {
  const circles = {
    rows: {
      values: Float32Array.from(
        range(60).flatMap((i) => [Math.cos(i), Math.sin(i)].map((x) => x * (i % 2 === 0 ? 1 : 3))),
      ),
      count: 60,
      size: 2,
    },
    labels: range(60).map((i) => i % 2),
    classes: 2,
  }
  const fitting = { device: createDevice(inlineEngine()) }

  it('tell circles apart by the radial kernel, and not by lines', async () => {
    const radial = await (await supportVectorMachine().fit(circles, fitting)).probabilities(circles.rows)
    expect(likeliest(radial)).toEqual(circles.labels)
    const linear = await (await linearSupportVectorMachine().fit(circles, fitting)).probabilities(circles.rows)
    const right = likeliest(linear).filter((label, row) => label === circles.labels[row]).length
    expect(right).toBeLessThan(45)
  })

  it('learn from one row of each class', async () => {
    const two = { rows: { values: Float32Array.of(0, 0, 1, 1), count: 2, size: 2 }, labels: [1, 0], classes: 2 }
    for (const model of [linearSupportVectorMachine(), supportVectorMachine({ gamma: 1 })]) {
      const { values } = await (await model.fit(two, fitting)).probabilities(two.rows)
      expect(values.every((p) => p >= 0 && p <= 1)).toBe(true)
    }
    const linear = await (await linearSupportVectorMachine().fit(two, fitting)).probabilities(two.rows)
    expect(likeliest(linear)).toEqual([1, 0])
  })

  it('refuse more rows than there is memory for similarities', async () => {
    const count = 16_385
    const labels = range(count).map((i) => i % 2)
    const many = { rows: { values: Float32Array.from(labels), count, size: 1 }, labels, classes: 2 }
    await expect(supportVectorMachine().fit(many, fitting)).rejects.toThrow('from 16384 rows, not from 16385')
  })
})
