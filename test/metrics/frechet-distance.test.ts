import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { factorOf } from '../../src/metrics/statistics/cholesky.ts'
import { frechetDistance } from '../../src/metrics/frechet-distance.ts'
import { momentsOf } from '../../src/metrics/statistics/moments.ts'
import { productOfColumns } from '../../src/metrics/statistics/product-of-columns.ts'
import type { Rows } from '../../src/metrics/statistics/rows.ts'
import { symmetricEigenvalues } from '../../src/metrics/statistics/symmetric-eigen.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { expected, features, firstRows, generated, real, uniform } from './formula.ts'

const device = createDevice(inlineEngine())
const distance = async (a: Rows, b: Rows) => frechetDistance(await momentsOf(device, a), await momentsOf(device, b))

describe('the Fréchet distance', () => {
  it('is that of torch-fidelity', async () => {
    expect(await distance(real, generated)).toBeCloseTo(expected.frechet, 7)
    expect(await distance(features(300, 64, 3), features(280, 64, 4, 0.1))).toBeCloseTo(expected.frechetWide, 6)
  })

  it('holds where there are fewer rows than features', async () => {
    expect(await distance(features(30, 64, 5), features(25, 64, 6, 0.1))).toBeCloseTo(expected.frechetFewRows, 6)
  })

  it('is 0 for equal rows, symmetric, and the squared way of a shift', async () => {
    const sets = fc.record({
      count: fc.integer({ min: 2, max: 60 }),
      size: fc.integer({ min: 1, max: 12 }),
      seed: fc.integer({ min: 0, max: 1000 }),
      shift: fc.double({ min: -2, max: 2, noNaN: true }),
    })
    await fc.assert(
      fc.asyncProperty(sets, async ({ count, size, seed, shift }) => {
        const a = features(count, size, seed)
        const b = features(count + 3, size, seed + 1)
        expect(await distance(a, a)).toBeCloseTo(0, 6)
        expect(await distance(a, b)).toBeCloseTo(await distance(b, a), 6)
        expect(await distance(a, features(count, size, seed, shift))).toBeCloseTo(shift ** 2, 4)
      }),
      { numRuns: 30 },
    )
  })

  it('is refused of one row, and of different features', async () => {
    await expect(momentsOf(device, firstRows(real, 1))).rejects.toThrow('at least two rows')
    await expect(distance(real, features(30, 8, 1))).rejects.toThrow('16 and of 8')
  })
})

describe('moments', () => {
  it('by products of the device are those in float64, but for what float32 loses', async () => {
    const [a, b] = [features(700, 20, 3, 4), features(600, 20, 4, 4)]
    const [exact, fast] = [Infinity, 0].map(async (most) =>
      frechetDistance(await momentsOf(device, a, most), await momentsOf(device, b, most)),
    )
    expect((await fast) / (await exact)).toBeCloseTo(1, 6)
  })

  it('are those of plain loops, over several blocks', async () => {
    const rows = features(700, 5, 3, 4)
    const { mean, covariance } = await momentsOf(device, rows)
    const column = (i: number) => Array.from({ length: rows.count }, (_, row) => rows.values[row * 5 + i])
    const meanOf = (values: number[]) => values.reduce((a, b) => a + b) / values.length
    for (let i = 0; i < 5; i++) {
      expect(mean[i]).toBeCloseTo(meanOf(column(i)), 10)
      for (let j = 0; j < 5; j++) {
        const products = column(i).map((x, row) => (x - mean[i]) * (column(j)[row] - mean[j]))
        expect(covariance[i * 5 + j]).toBeCloseTo((meanOf(products) * 700) / 699, 8)
      }
    }
  })
})

describe('the eigenvalues of a symmetric matrix', () => {
  it('are those of LAPACK', () => {
    const { values } = features(40, 40, 7)
    const matrix = Float64Array.from({ length: 1600 }, (_, at) => {
      const [i, j] = [Math.floor(at / 40), at % 40]
      return values[i * 40 + j] + values[j * 40 + i]
    })
    symmetricEigenvalues(matrix, 40).forEach((value, i) => expect(value).toBeCloseTo(expected.eigenvalues[i], 12))
  })

  it('are the diagonal of a diagonal matrix, and 0 of nothing', () => {
    expect([...symmetricEigenvalues(Float64Array.of(3, 0, 0, 0, -1, 0, 0, 0, 2), 3)]).toEqual([-1, 2, 3])
    expect([...symmetricEigenvalues(new Float64Array(16), 4)]).toEqual([0, 0, 0, 0])
    expect(symmetricEigenvalues(new Float64Array(0), 0).length).toBe(0)
  })

  it('have the trace as their sum and the sum of squares as that of theirs', () => {
    const cases = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.nat(1000), fc.integer({ min: -150, max: 150 }))
    fc.assert(
      fc.property(cases, ([n, seed, exponent]) => {
        const random = uniform(n * n, seed)
        const scale = 10 ** exponent
        const matrix = random.map((_, at) => {
          const [i, j] = [Math.floor(at / n), at % n]
          return scale * (random[i * n + j] + random[j * n + i] - 1)
        })
        const values = symmetricEigenvalues(matrix, n).map((value) => value / scale)
        const sum = (numbers: Float64Array) => numbers.reduce((a, b) => a + b, 0)
        const trace = sum(values.map((_, i) => matrix[i * n + i] / scale))
        expect(sum(values)).toBeCloseTo(trace, 10)
        expect(sum(values.map((x) => x * x))).toBeCloseTo(sum(matrix.map((x) => (x / scale) ** 2)), 9)
      }),
    )
  })
})

describe('the Cholesky factor', () => {
  it('times itself is the matrix, and has its rank', () => {
    const cases = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 25 }), fc.nat(1000))
    fc.assert(
      fc.property(cases, ([n, terms, seed]) => {
        const rows = uniform(terms * n, seed).map((x) => x - 0.5)
        const matrix = productOfColumns(rows, rows, terms, n, n)
        const { factor, rank } = factorOf(matrix, n)
        expect(rank).toBe(Math.min(n, terms))
        const columns = factor.map((_, at) => factor[(at % n) * rank + Math.floor(at / n)])
        productOfColumns(columns, columns, rank, n, n).forEach((x, i) => expect(x).toBeCloseTo(matrix[i], 12))
      }),
    )
  })
})

describe('the product of columns', () => {
  it('is that of plain loops, over several depths and beside full tiles', () => {
    const [n, p, q] = [530, 7, 9]
    const [x, y] = [uniform(n * p, 1), uniform(n * q, 2)]
    productOfColumns(x, y, n, p, q).forEach((value, at) => {
      const [i, j] = [Math.floor(at / q), at % q]
      let sum = 0
      for (let k = 0; k < n; k++) sum += x[k * p + i] * y[k * q + j]
      expect(value).toBeCloseTo(sum, 10)
    })
  })
})
