import { describe, expect, it } from 'vitest'
import { cosine, exponentialDecay, inverseSquareRoot, linear, piecewiseLinear, warmUp } from '../../src/optim/index.ts'
import type { Schedule } from '../../src/optim/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { input } from '../../src/tensor/operations/index.ts'

function valuesAt(schedule: Schedule, steps: readonly number[]): number[] {
  const step = input('step', [], 'i32')
  const value = schedule(step)
  expect([value.shape, value.dtype]).toEqual([[], 'f32'])
  return steps.map((at) => interpret([value], new Map([[step, [at]]]))[0][0])
}

const expectClose = (found: number[], expected: number[]) =>
  found.forEach((value, index) => expect(value).toBeCloseTo(expected[index], 12))

describe('schedules', () => {
  it('exponentialDecay divides at every update, down to its floor (the recipe of 2014)', () => {
    const steps = [0, 1, 500, 100_000, 2_000_000, 10_000_000]
    const expected = steps.map((step) => Math.max(0.1 / 1.000004 ** step, 1e-6))
    expectClose(valuesAt(exponentialDecay(0.1, 1.000004, 1e-6), steps), expected)
    expect(expected.at(-1)).toBe(1e-6)
  })

  it('linear goes straight from one value to the other and stays (momentum .5 -> .7)', () => {
    expectClose(valuesAt(linear(0.5, 0.7, 10), [0, 5, 10, 99]), [0.5, 0.6, 0.7, 0.7])
  })

  it('piecewiseLinear goes through its points, level at both ends', () => {
    const schedule = piecewiseLinear([
      [10, 1],
      [20, 3],
      [40, 0],
    ])
    expectClose(valuesAt(schedule, [0, 10, 15, 20, 30, 40, 50]), [1, 1, 2, 3, 1.5, 0, 0])
  })

  it('inverseSquareRoot halves after three times its steps, and again after fifteen times', () => {
    expectClose(valuesAt(inverseSquareRoot(0.8, 300), [0, 300, 900, 4500]), [0.8, 0.8 * Math.SQRT1_2, 0.4, 0.2])
  })

  it('cosine eases out of one value and into the other', () => {
    expectClose(valuesAt(cosine(1, 0.2, 100), [0, 25, 50, 100, 200]), [1, 0.6 + 0.4 * Math.SQRT1_2, 0.6, 0.2, 0.2])
  })

  it('warmUp climbs to the value, a number or a schedule', () => {
    expectClose(valuesAt(warmUp(4, 0.8), [0, 1, 3, 4, 100]), [0.2, 0.4, 0.8, 0.8, 0.8])
    expectClose(valuesAt(warmUp(4, linear(1, 0, 10)), [0, 5, 10]), [0.25, 0.5, 0])
  })

  it('refuses what makes no schedule', () => {
    expect(() => exponentialDecay(0.1, 0.99)).toThrow(UserError)
    expect(() => piecewiseLinear([])).toThrow(UserError)
    expect(() => linear(1, 2, 0)).toThrow(/later step/)
  })
})
