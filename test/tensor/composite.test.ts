import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpret } from '../../src/runtime/interpreter.ts'
import {
  bernoulli,
  clamp,
  dropout,
  logSigmoid,
  logSoftmax,
  logSumExp,
  maxout,
  moments,
  normalize,
  oneHot,
  pow,
  rsqrt,
  softmax,
  square,
  sumSquares,
} from '../../src/tensor/composite.ts'
import { gradients } from '../../src/tensor/grad.ts'
import {
  add,
  broadcast,
  constant,
  input,
  literal,
  log,
  mul,
  sigmoid,
  softplus,
  sum,
  tanh,
} from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { alongAxes, binary, derivativesAgree, shapes, unary } from './finite-differences.ts'
import type { Case } from './finite-differences.ts'

const numbers = (tensor: Tensor): number[] => [...interpret([tensor], new Map())[0]]
const close = (values: readonly number[], digits = 12) => values.map((value) => expect.closeTo(value, digits))
const source = { seed: literal([1, 2], [2], 'i32'), step: constant(0, 'i32') }
const positive = (x: Tensor) => add(square(x), 0.2)

describe('first and second derivatives agree with finite differences', () => {
  const cases: Record<string, fc.Arbitrary<Case>> = {
    square: unary(square),
    sumSquares: alongAxes((x, axes) => sumSquares(x, { axes })),
    rsqrt: unary((x) => rsqrt(positive(x))),
    clamp: binary((a, b) => clamp(mul(a, tanh(b)), -0.31, 0.72)),
    logSigmoid: unary(logSigmoid),
    logSumExp: alongAxes((x, axes) => logSumExp(x, { axes })),
    softmax: unary((x) => softmax(x), 1),
    softmaxOfTheFirstAxis: unary((x) => softmax(x, 0), 1),
    logSoftmax: unary((x) => logSoftmax(x), 1),
    maxout: shapes(1).map((shape) => ({
      shapes: [[...shape.slice(0, -1), shape[shape.length - 1] * 3]],
      build: ([x]) => square(maxout(x, 3)),
    })),
    dropout: unary((x) => square(dropout(x, 0.4, source, 0))),
    normalize: alongAxes((x, axes) => normalize(x, moments(x, { axes, keep: true }), 0.1)),
    ...Object.fromEntries(
      [-3, -0.5, 0, 0.5, 1, 2, 3, 5, 1.7].map((p) => [`pow ${p}`, unary((x) => pow(positive(x), p))]),
    ),
  }
  it.each(Object.entries(cases))('%s', (_name, arbitrary) => fc.assert(derivativesAgree(arbitrary), { numRuns: 25 }))
})

describe('powers', () => {
  it.each([-3, -2, -1, 0, 1, 2, 3, 7, 10])('to %d are those of Math.pow, for negative numbers as well', (exponent) => {
    const values = [-2.5, -1, 0.3, 2]
    expect(numbers(pow(literal(values), exponent))).toEqual(
      close(
        values.map((value) => value ** exponent),
        9,
      ),
    )
  })

  it.each([-0.5, 0.5, 1.7, -2.3])('to %d are those of Math.pow', (exponent) => {
    const values = [0.1, 1, 7]
    expect(numbers(pow(literal(values), exponent))).toEqual(
      close(
        values.map((value) => value ** exponent),
        9,
      ),
    )
  })

  it('refuse what is no number', () => {
    expect(() => pow(input('x', [2]), NaN)).toThrow('pow of f32[2]: the exponent must be a finite number, not NaN')
  })
})

describe('at the ends', () => {
  const x = input('x', [])
  const [first] = gradients(softplus(x), [x])
  const [second] = gradients(first, [x])
  const at = (tensor: Tensor, value: number) => interpret([tensor], new Map([[x, [value]]]))[0][0]
  const relative = (actual: number, expected: number) => expect(actual / expected).toBeCloseTo(1, 12)

  it('softplus and its derivatives keep their digits', () => {
    relative(at(softplus(x), -80), Math.exp(-80))
    expect(at(softplus(x), 80)).toBe(80)
    relative(at(first, -80), Math.exp(-80))
    expect(at(first, 80)).toBe(1)
    relative(at(second, -80), Math.exp(-80))
    relative(at(second, 80), Math.exp(-80))
  })

  it('nothing becomes infinite where exp does', () => {
    for (const value of [-1000, 1000]) {
      for (const f of [softplus, sigmoid, logSigmoid, tanh]) {
        const [once] = gradients(f(x), [x])
        const [twice] = gradients(once, [x])
        for (const tensor of [f(x), once, twice]) expect(Number.isFinite(at(tensor, value))).toBe(true)
      }
    }
  })

  it('the logarithm of a saturated sigmoid stays a number, with its slope', () => {
    const [slope] = gradients(logSigmoid(x), [x])
    expect(at(log(sigmoid(x)), -1000)).toBe(-Infinity)
    expect(at(logSigmoid(x), -1000)).toBe(-1000)
    expect(at(slope, -1000)).toBe(1)
    relative(at(logSigmoid(x), 80), -Math.exp(-80))
    relative(at(slope, 80), Math.exp(-80))
  })

  it('logSumExp neither overflows nor drowns, and knows minus infinity', () => {
    expect(numbers(logSumExp(literal([1000, 1000])))).toEqual(close([1000 + Math.LN2]))
    expect(numbers(logSumExp(literal([-1000, -1000])))).toEqual(close([-1000 + Math.LN2]))
    expect(numbers(logSumExp(literal([-Infinity, 3])))).toEqual([3])
    expect(numbers(logSumExp(literal([-Infinity, -Infinity])))).toEqual([-Infinity])
    expect(numbers(logSumExp(literal([Infinity, 3])))).toEqual([Infinity])
    expect(at(gradients(logSumExp(x), [x])[0], 1000)).toBe(1)
  })

  it('softmax and its logarithm hold for far apart logits', () => {
    expect(numbers(softmax(literal([1000, 0, -1000])))).toEqual([1, 0, 0])
    expect(numbers(logSoftmax(literal([1000, 0, -1000])))).toEqual([0, -1000, -2000])
  })
})

describe('softmax and logSumExp', () => {
  it('are what the definition says', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 6, maxLength: 6 }), (values) => {
        const x = literal(values, [2, 3])
        const rows = [values.slice(0, 3), values.slice(3)]
        const sums = rows.map((row) => row.reduce((total, value) => total + Math.exp(value), 0))
        expect(numbers(softmax(x))).toEqual(
          close(rows.flatMap((row, i) => row.map((value) => Math.exp(value) / sums[i]))),
        )
        expect(numbers(logSoftmax(x))).toEqual(
          close(rows.flatMap((row, i) => row.map((value) => value - Math.log(sums[i])))),
        )
        expect(numbers(logSumExp(x, { axes: [1] }))).toEqual(close(sums.map(Math.log)))
        expect(logSumExp(x, { axes: [0], keep: true }).shape).toEqual([1, 3])
        expect(logSumExp(x).shape).toEqual([])
      }),
      { numRuns: 30 },
    )
  })
})

describe('maxout', () => {
  it('takes the largest piece of every unit; pieces lie apart, units together', () => {
    // Two rows, three pieces of two units.
    const x = literal([1, 9, 5, 2, 3, 4, -1, -2, -3, -4, -5, -6], [2, 6])
    expect(numbers(maxout(x, 3))).toEqual([5, 9, -1, -2])
    expect(maxout(x, 3).shape).toEqual([2, 2])
  })

  it('refuses pieces that do not divide', () => {
    expect(() => maxout(input('x', [2, 7]), 3)).toThrow(
      'maxout of f32[2, 7]: its last axis does not divide into 3 pieces',
    )
  })
})

describe('oneHot', () => {
  it('marks the class', () => {
    expect(numbers(oneHot(literal([2, 0, 5], [3], 'i32'), 3))).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 0])
    expect(oneHot(input('label', [4, 5], 'i32'), 10).shape).toEqual([4, 5, 10])
  })
})

describe('chance', () => {
  const ones = broadcast(constant(1), [4000])
  const average = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length

  it('drops the rate and keeps the mean', () => {
    const dropped = numbers(dropout(ones, 0.25, source, 1))
    expect(new Set(dropped)).toEqual(new Set([0, 4 / 3]))
    expect(average(dropped)).toBeCloseTo(1, 1)
    expect(average(dropped.map((value) => (value === 0 ? 1 : 0)))).toBeCloseTo(0.25, 1)
  })

  it('drops nothing at rate 0 and refuses rates that are none', () => {
    expect(dropout(ones, 0, source, 1)).toBe(ones)
    expect(() => dropout(ones, 1, source, 1)).toThrow('dropout of f32[4000]: the rate must lie in [0, 1), not 1')
  })

  it('draws 1 as often as each probability says', () => {
    const drawn = numbers(bernoulli(literal([...Array(2000).fill(0.1), ...Array(2000).fill(0.7)]), source, 2))
    expect(average(drawn.slice(0, 2000))).toBeCloseTo(0.1, 1)
    expect(average(drawn.slice(2000))).toBeCloseTo(0.7, 1)
    expect(numbers(bernoulli(literal([0, 1]), source, 2))).toEqual([0, 1])
  })
})

describe('moments', () => {
  it('are mean and variance, however far from 0', () => {
    const { mean, variance } = moments(literal([1e8 + 1, 10, 1e8 + 3, 30], [2, 2]), { axes: [0] })
    expect(numbers(mean)).toEqual([1e8 + 2, 20])
    expect(numbers(variance)).toEqual([1, 100])
  })

  it('normalise to mean 0 and variance 1', () => {
    const x = literal([1, 2, 3, 10, 4, 7], [3, 2])
    const normal = normalize(x, moments(x, { axes: [0] }), 0)
    expect(numbers(sum(normal, { axes: [0] }))).toEqual(close([0, 0]))
    expect(numbers(sumSquares(normal, { axes: [0] }))).toEqual(close([3, 3]))
  })
})

describe('clamp', () => {
  it('keeps to its bounds', () => {
    expect(numbers(clamp(literal([-3, 0.5, 3]), -1, 1))).toEqual([-1, 0.5, 1])
  })
})
