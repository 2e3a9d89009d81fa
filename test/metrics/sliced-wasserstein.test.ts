import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { slicedWasserstein } from '../../src/metrics/sliced-wasserstein.ts'
import { features } from './formula.ts'

const column = (values: readonly number[]) => ({ values: Float32Array.from(values), count: values.length, size: 1 })

/** All orders of a few things. */
const ordersOf = <T>(values: readonly T[]): T[][] =>
  values.length === 0
    ? [[]]
    : values.flatMap((value, at) => ordersOf(values.toSpliced(at, 1)).map((others) => [value, ...others]))

const numbers = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 5, maxLength: 5 })

describe('the sliced Wasserstein distance', () => {
  it('in one dimension is that of the cheapest way to bring one set to the other', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const costs = ordersOf(b).map((order) => order.reduce((sum, value, i) => sum + (value - a[i]) ** 2, 0) / 5)
        expect(slicedWasserstein(column(a), column(b))).toBeCloseTo(Math.sqrt(Math.min(...costs)), 9)
      }),
      { numRuns: 30 },
    )
  })

  it('compares sets of different counts as if each row stood there more often', () => {
    fc.assert(
      fc.property(
        numbers,
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 3, maxLength: 3 }),
        (five, three) => {
          const times = (values: readonly number[], count: number) =>
            column(values.flatMap((value) => Array.from({ length: count }, () => value)))
          expect(slicedWasserstein(column(five), column(three))).toBeCloseTo(
            slicedWasserstein(times(five, 3), times(three, 5)),
            9,
          )
        },
      ),
    )
  })

  it('of a set that was moved is the part of the way that lies along each line', () => {
    const rows = features(300, 2, 1)
    const moved = { ...rows, values: rows.values.map((value, at) => value + (at % 2 === 0 ? 3 : -4)) }
    // The mean square of 5 cos(angle) over all directions is 25 / 2; 64 of them at random come near.
    expect(slicedWasserstein(rows, moved) ** 2).toBeGreaterThan(12.5 * 0.8)
    expect(slicedWasserstein(rows, moved) ** 2).toBeLessThan(12.5 * 1.2)
    const further = { ...rows, values: rows.values.map((value, at) => value + (at % 2 === 0 ? 6 : -8)) }
    expect(slicedWasserstein(rows, further)).toBeCloseTo(2 * slicedWasserstein(rows, moved), 4)
  })

  it('is the same both ways, 0 from a set to itself in another order, and small between samples of one distribution', () => {
    const [a, b] = [features(500, 3, 1), features(500, 3, 2)]
    expect(slicedWasserstein(a, b)).toBeCloseTo(slicedWasserstein(b, a), 12)
    const turned = {
      ...a,
      values: Float32Array.from({ length: 1500 }, (_, at) => a.values[3 * (499 - Math.floor(at / 3)) + (at % 3)]),
    }
    expect(slicedWasserstein(a, turned)).toBe(0)
    expect(slicedWasserstein(a, b)).toBeLessThan(0.1)
    expect(slicedWasserstein(a, features(500, 3, 2, 1))).toBeGreaterThan(0.3)
  })

  it('is refused of rows of different sizes, and of numbers that are none', () => {
    expect(() => slicedWasserstein(features(5, 2, 1), features(5, 3, 1))).toThrow('Rows of 2 and of 3 numbers')
    expect(() => slicedWasserstein(column([1]), column([NaN]))).toThrow('not finite')
  })
})
