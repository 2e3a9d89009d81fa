import { describe, expect, it } from 'vitest'
import { interpret } from '../../src/runtime/interpreter.ts'
import {
  abs,
  add,
  and,
  argmax,
  broadcast,
  cast,
  concat,
  constant,
  div,
  equal,
  exp,
  floor,
  gather,
  greater,
  input,
  iota,
  leakyRelu,
  less,
  lessEqual,
  literal,
  log,
  matmul,
  max,
  maximum,
  mean,
  min,
  mul,
  neg,
  not,
  or,
  pad,
  randomNormal,
  randomUniform,
  relu,
  reshape,
  round,
  scatterAdd,
  shuffle,
  sigmoid,
  slice,
  softplus,
  sqrt,
  stopGradient,
  sub,
  sum,
  tanh,
  transpose,
  where,
} from '../../src/tensor/operations/index.ts'
import { range } from '../../src/tensor/shape.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

const numbers = (tensor: Tensor): number[] => [...interpret([tensor], new Map())[0]]
const matrix = literal([1, 2, 3, 4, 5, 6], [2, 3])

describe('inputs', () => {
  it('takes the fed numbers', () => {
    const x = input('x', [2])
    expect(interpret([add(x, 1), x], new Map([[x, [1, 2]]]))).toEqual([Float64Array.of(2, 3), Float64Array.of(1, 2)])
  })

  it('names an input that is missing or of the wrong size', () => {
    const x = input('weight', [2, 2])
    expect(() => interpret([x], new Map())).toThrow("The input 'weight' has no value; feed it one.")
    expect(() => interpret([x], new Map([[x, [1, 2, 3]]]))).toThrow(
      "The input 'weight' of shape [2, 2] is fed 3 numbers; it takes 4.",
    )
  })

  it('shows every tensor in the order of computation', () => {
    const x = input('x', [2])
    const squares = mul(x, x)
    const seen: [Tensor, number[]][] = []
    interpret([sum(squares)], new Map([[x, [3, 4]]]), (tensor, values) => seen.push([tensor, [...values]]))
    expect(seen.slice(0, 2)).toEqual([
      [x, [3, 4]],
      [squares, [9, 16]],
    ])
    expect(seen[2][1]).toEqual([25])
    expect(seen).toHaveLength(3)
  })

  it('takes the numbers of any tensor', () => {
    const x = input('x', [2])
    const between = mul(x, x)
    const feeds = new Map([
      [x, [1, 1]],
      [between, [5, 6]],
    ])
    expect(interpret([add(between, 1)], feeds)).toEqual([Float64Array.of(6, 7)])
  })

  it('evaluates graphs deeper than the stack', () => {
    let x = constant(0)
    for (let i = 0; i < 20_000; i++) x = add(x, 1)
    expect(numbers(x)).toEqual([20_000])
  })
})

describe('elementwise functions', () => {
  const x = literal([-2, -0.5, 0, 3])

  it.each<[string, Tensor, number[]]>([
    ['neg', neg(literal([1, -2])), [-1, 2]],
    ['abs', abs(x), [2, 0.5, 0, 3]],
    ['exp', exp(literal([0, 1])), [1, Math.E]],
    ['log', log(literal([1, Math.E])), [0, 1]],
    ['sqrt', sqrt(literal([4, 9])), [2, 3]],
    ['floor', floor(literal([-1.5, 1.5])), [-2, 1]],
    ['round', round(literal([-2.5, -1.5, -0.3, 0.5, 1.5, 2.4])), [-2, -2, 0, 0, 2, 2]],
    ['tanh', tanh(literal([0, Infinity])), [0, 1]],
    ['sigmoid', sigmoid(literal([0, 1000, -1000])), [0.5, 1, 0]],
    ['softplus', softplus(literal([1000, -1000])), [1000, 0]],
    ['relu', relu(x), [0, 0, 0, 3]],
    ['leakyRelu', leakyRelu(x, 0.1), [-0.2, -0.05, 0, 3]],
    ['sub', sub(x, 1), [-3, -1.5, -1, 2]],
    ['mul', mul(x, 2), [-4, -1, 0, 6]],
    ['div', div(x, 2), [-1, -0.25, 0, 1.5]],
    ['max', max(x, -1), [-1, -0.5, 0, 3]],
    ['min', min(x, -1), [-2, -1, -1, -1]],
    ['less', less(x, 0), [1, 1, 0, 0]],
    ['lessEqual', lessEqual(x, 0), [1, 1, 1, 0]],
    ['greater', greater(x, 0), [0, 0, 0, 1]],
    ['equal', equal(x, 0), [0, 0, 1, 0]],
    ['and', and(less(x, 0), less(-1, x)), [0, 1, 0, 0]],
    ['or', or(less(x, 0), less(2, x)), [1, 1, 0, 1]],
    ['not', not(less(x, 0)), [0, 0, 1, 1]],
    ['where', where(less(x, 0), x, 7), [-2, -0.5, 7, 7]],
    ['cast to f32', cast(less(x, 0), 'f32'), [1, 1, 0, 0]],
    ['cast to i32', cast(literal([-1.9, 1.9, 1e20, -1e20, NaN]), 'i32'), [-1, 1, 2147483647, -2147483648, 0]],
  ])('%s', (_name, tensor, expected) => {
    expect(numbers(tensor).map((value) => value + 0)).toEqual(expected.map((value) => expect.closeTo(value, 12)))
  })

  it('wraps i32 round', () => {
    const big = literal([2147483647, 123456789], [2], 'i32')
    expect(numbers(add(big, 1))).toEqual([-2147483648, 123456790])
    expect(numbers(mul(big, 987654321))).toEqual([2147483647, 123456789].map((a) => Math.imul(a, 987654321)))
    expect(numbers(sum(big))).toEqual([-2024026860])
  })

  it('broadcasts by the rule of NumPy', () => {
    expect(numbers(add(matrix, literal([10, 20, 30])))).toEqual([11, 22, 33, 14, 25, 36])
    expect(numbers(add(matrix, literal([10, 20], [2, 1])))).toEqual([11, 12, 13, 24, 25, 26])
  })
})

describe('reductions', () => {
  it('sums, averages and finds the largest along axes', () => {
    expect(numbers(sum(matrix))).toEqual([21])
    expect(numbers(sum(matrix, { axes: [0] }))).toEqual([5, 7, 9])
    expect(numbers(sum(matrix, { axes: [-1], keep: true }))).toEqual([6, 15])
    expect(numbers(mean(matrix, { axes: [1] }))).toEqual([2, 5])
    expect(numbers(maximum(neg(matrix), { axes: [0] }))).toEqual([-1, -2, -3])
    const deep = reshape(cast(iota(24), 'f32'), [2, 3, 4])
    expect(numbers(sum(deep, { axes: [0, 2] }))).toEqual([60, 92, 124])
  })

  it('gives argmax the first of the largest', () => {
    expect(numbers(argmax(literal([1, 3, 3, 5, 0, 5], [2, 3])))).toEqual([1, 0])
  })
})

describe('matmul', () => {
  it('multiplies', () => {
    expect(numbers(matmul(matrix, transpose(matrix)))).toEqual([14, 32, 32, 77])
  })

  it('multiplies every matrix of a batch', () => {
    const a = literal(range(12), [2, 2, 3])
    const b = literal(
      range(6).map((i) => i + 1),
      [2, 3, 1],
    )
    expect(numbers(matmul(a, b))).toEqual([8, 26, 6 * 4 + 7 * 5 + 8 * 6, 9 * 4 + 10 * 5 + 11 * 6])
  })
})

describe('movement', () => {
  it('transposes', () => {
    expect(numbers(transpose(matrix))).toEqual([1, 4, 2, 5, 3, 6])
    expect(numbers(transpose(literal(range(6), [1, 2, 3]), [2, 0, 1]))).toEqual([0, 3, 1, 4, 2, 5])
  })

  it('broadcasts missing axes and axes of size 1', () => {
    expect(numbers(broadcast(literal([1, 2], [2, 1]), [2, 2, 3]))).toEqual([1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2])
  })

  it('slices, pads and joins', () => {
    expect(numbers(slice(matrix, [0, 1], [2, 2]))).toEqual([2, 3, 5, 6])
    expect(numbers(pad(literal([1, 2], [1, 2]), [1, 0], [0, 1]))).toEqual([0, 0, 0, 1, 2, 0])
    expect(numbers(concat([matrix, literal([7, 8], [2, 1])], 1))).toEqual([1, 2, 3, 7, 4, 5, 6, 8])
    expect(numbers(concat([matrix, literal([7, 8, 9], [1, 3])], 0))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('leaves the value under stopGradient and reshape', () => {
    expect(numbers(stopGradient(reshape(matrix, [3, -1])))).toEqual([1, 2, 3, 4, 5, 6])
  })
})

describe('gather and scatterAdd', () => {
  const indices = literal([2, 0, 2, 9, -9], [5], 'i32')

  it('gathers rows, at the nearest row where the index is outside', () => {
    const table = literal([1, 2, 3, 4, 5, 6], [3, 2])
    expect(numbers(gather(table, indices))).toEqual([5, 6, 1, 2, 5, 6, 5, 6, 1, 2])
  })

  it('adds up rows of the same slot', () => {
    expect(numbers(scatterAdd(indices, literal([1, 2, 3, 4, 5]), 3))).toEqual([7, 0, 8])
  })
})

describe('random numbers', () => {
  const source = { seed: literal([1, 2], [2], 'i32'), step: constant(3, 'i32') }

  it('draws the same numbers for the same seed, stream and step, others otherwise', () => {
    const draw = (stream: number, step = 3) =>
      numbers(randomUniform({ ...source, step: constant(step, 'i32') }, stream, [4]))
    expect(draw(5)).toEqual(draw(5))
    expect(draw(5)).not.toEqual(draw(6))
    expect(draw(5)).not.toEqual(draw(5, 4))
  })

  it('draws uniform numbers of [0, 1) and normal numbers of mean 0 and variance 1', () => {
    const uniform = numbers(randomUniform(source, 0, [100, 100]))
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...uniform)).toBeLessThan(1)
    const normal = numbers(randomNormal(source, 0, [100, 100]))
    const average = (values: number[]) => values.reduce((total, value) => total + value, 0) / values.length
    expect(average(uniform)).toBeCloseTo(0.5, 1)
    expect(average(normal)).toBeCloseTo(0, 1)
    expect(average(normal.map((value) => value ** 2))).toBeCloseTo(1, 1)
  })

  it('shuffles: an epoch holds every number once, and positions wrap round', () => {
    const at = (first: number, count: number) => numbers(shuffle(source, 0, 10, constant(first, 'i32'), count))
    const order = at(0, 10)
    expect(order.toSorted((a, b) => a - b)).toEqual(range(10))
    expect(at(8, 4)).toEqual([order[8], order[9], order[0], order[1]])
  })
})
