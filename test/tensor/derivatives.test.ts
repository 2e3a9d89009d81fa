import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpret } from '../../src/runtime/interpreter.ts'
import { grad, gradients } from '../../src/tensor/grad.ts'
import {
  abs,
  add,
  argmax,
  broadcast,
  cast,
  concat,
  constant,
  cos,
  div,
  equal,
  exp,
  floor,
  gather,
  input,
  leakyRelu,
  less,
  literal,
  log,
  matmul,
  max,
  maximum,
  mean,
  min,
  mul,
  neg,
  pad,
  randomNormal,
  relu,
  reshape,
  round,
  scatterAdd,
  sigmoid,
  sin,
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
import { range, sizeOf } from '../../src/tensor/shape.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { alongAxes, binary, derivativesAgree, shapes, unary } from './finite-differences.ts'
import type { Case } from './finite-differences.ts'

const positive = (x: Tensor) => add(mul(x, x), 0.2)
const extent = fc.integer({ min: 1, max: 4 })

const permuted: fc.Arbitrary<Case> = shapes(2).chain((shape) =>
  fc
    .shuffledSubarray(range(shape.length), { minLength: shape.length })
    .map((permutation) => ({ shapes: [shape], build: ([x]) => sin(transpose(x, permutation)) })),
)

const products: fc.Arbitrary<Case> = fc.tuple(shapes(0, 2), extent, extent, extent).map(([batch, m, k, n]) => ({
  shapes: [
    [...batch, m, k],
    [...batch, k, n],
  ],
  build: ([a, b]) => sin(matmul(a, b)),
}))

const windows: fc.Arbitrary<Case> = shapes(1).chain((shape) =>
  fc.tuple(...shape.map((n) => fc.tuple(fc.nat({ max: n - 1 }), fc.integer({ min: 1, max: n })))).map((bounds) => {
    const start = bounds.map(([first]) => first)
    const size = bounds.map(([first, length], axis) => Math.min(length, shape[axis] - first))
    return { shapes: [shape], build: ([x]) => sin(slice(x, start, size)) }
  }),
)

const borders: fc.Arbitrary<Case> = shapes(1).chain((shape) =>
  fc.tuple(...shape.map(() => fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 })))).map((widths) => ({
    shapes: [shape],
    build: ([x]) =>
      cos(
        pad(
          x,
          widths.map(([before]) => before),
          widths.map(([, after]) => after),
        ),
      ),
  })),
)

const joints: fc.Arbitrary<Case> = shapes(1).chain((shape) =>
  fc.tuple(fc.nat({ max: shape.length - 1 }), extent, extent).map(([axis, second, third]) => {
    const long = (length: number) => shape.map((n, other) => (other === axis ? length : n))
    return { shapes: [shape, long(second), long(third)], build: (parts) => sin(concat(parts, axis)) }
  }),
)

/** Rows of a table by indices that repeat, and that lie outside. */
const rows: fc.Arbitrary<{ shape: number[]; indices: number[] }> = fc.record({
  shape: shapes(1),
  indices: fc.array(fc.integer({ min: -1, max: 5 }), { minLength: 1, maxLength: 6 }),
})

const masked = (x: Tensor) =>
  less(
    literal(
      range(sizeOf(x.shape)).map((i) => i % 3),
      x.shape,
    ),
    1,
  )

const cases: Record<string, fc.Arbitrary<Case>> = {
  neg: unary((x) => neg(sin(x))),
  abs: unary(abs),
  exp: unary(exp),
  log: unary((x) => log(positive(x))),
  sqrt: unary((x) => sqrt(positive(x))),
  sin: unary(sin),
  cos: unary(cos),
  tanh: unary(tanh),
  sigmoid: unary(sigmoid),
  softplus: unary(softplus),
  // Between their steps.
  floor: unary((x) => mul(sin(x), floor(add(mul(tanh(x), 0.4), 2.5)))),
  round: unary((x) => mul(sin(x), round(add(mul(tanh(x), 0.4), 2)))),
  relu: unary((x) => relu(mul(x, x))),
  leakyRelu: unary((x) => leakyRelu(sin(x), 0.1)),
  add: binary((a, b) => sin(add(a, b))),
  sub: binary((a, b) => sin(sub(a, b))),
  mul: binary((a, b) => sin(mul(a, b))),
  div: binary((a, b) => div(a, positive(b))),
  max: binary((a, b) => sin(max(a, b))),
  min: binary((a, b) => sin(min(a, b))),
  where: binary((a, b) => where(masked(add(a, b)), sin(a), mul(a, b))),
  sum: alongAxes((x, axes) => sin(sum(x, { axes }))),
  mean: alongAxes((x, axes) => sin(mean(x, { axes, keep: true }))),
  maximum: alongAxes((x, axes) => sin(maximum(x, { axes }))),
  matmul: products,
  reshape: unary((x) => sin(reshape(x, [-1, 1]))),
  transpose: permuted,
  broadcast: binary((a, b) => sin(broadcast(a.shape.length < b.shape.length ? a : b, add(a, b).shape))),
  slice: windows,
  pad: borders,
  concat: joints,
  gather: rows.map(({ shape, indices }) => ({
    shapes: [shape],
    build: ([x]) => sin(gather(x, literal(indices, [indices.length], 'i32'))),
  })),
  scatterAdd: rows.map(({ shape, indices }) => ({
    shapes: [[indices.length, ...shape.slice(1)]],
    build: ([x]) => sin(scatterAdd(literal(indices, [indices.length], 'i32'), x, 3)),
  })),
}

describe('first and second derivatives agree with finite differences', () => {
  it.each(Object.entries(cases))('%s', (_name, arbitrary) => fc.assert(derivativesAgree(arbitrary), { numRuns: 25 }))
})

const x = input('x', [3])
const valueOf = (tensors: readonly Tensor[], values: number[]): number[][] =>
  interpret(tensors, new Map([[x, values]])).map((numbers) => [...numbers])

describe('where a function is not smooth', () => {
  it('shares the gradient of a maximum among all that reach it', () => {
    expect(valueOf(gradients(maximum(x), [x]), [2, 5, 5])).toEqual([[0, 0.5, 0.5]])
    expect(valueOf(gradients(maximum(x), [x]), [5, 5, 5])).toEqual([[1 / 3, 1 / 3, 1 / 3]])
  })

  it('gives the gradient of max and min to the first of two equals, as a whole', () => {
    const y = input('y', [3])
    const both = (f: (a: Tensor, b: Tensor) => Tensor) =>
      interpret(
        gradients(sum(f(x, y)), [x, y]),
        new Map([
          [x, [1, 2, 3]],
          [y, [3, 2, 1]],
        ]),
      ).map((numbers) => [...numbers])
    expect(both(max)).toEqual([
      [0, 1, 1],
      [1, 0, 0],
    ])
    expect(both(min)).toEqual([
      [1, 1, 0],
      [0, 0, 1],
    ])
  })

  it('takes the left slope of kinks at 0', () => {
    expect(valueOf(gradients(sum(relu(x)), [x]), [-1, 0, 1])).toEqual([[0, 0, 1]])
    expect(valueOf(gradients(sum(leakyRelu(x, 0.25)), [x]), [-1, 0, 1])).toEqual([[0.25, 0.25, 1]])
    expect(valueOf(gradients(sum(abs(x)), [x]), [-1, 0, 1])).toEqual([[-1, 0, 1]])
  })

  it('is zero through steps, types, randomness and stopGradient', () => {
    const source = { seed: constant(0, 'i32'), step: constant(0, 'i32') }
    const seed = literal([1, 2], [2], 'i32')
    const flat = [
      floor(x),
      round(x),
      cast(less(x, 0), 'f32'),
      cast(equal(x, 0), 'f32'),
      cast(cast(x, 'i32'), 'f32'),
      cast(argmax(x), 'f32'),
      stopGradient(exp(x)),
      randomNormal({ ...source, seed }, 0, [3]),
    ]
    for (const tensor of flat) expect(valueOf(gradients(sum(tensor), [x]), [1, 2, 3])).toEqual([[0, 0, 0]])
  })
})

describe('rows of the same index', () => {
  it('add up their gradients', () => {
    const weights = literal([1, 10, 100, 1000])
    const gathered = gather(x, literal([1, 1, 2, 1], [4], 'i32'))
    expect(valueOf(gradients(sum(mul(gathered, weights)), [x]), [0, 0, 0])).toEqual([[0, 1011, 100]])
  })

  it('share the gradient of the slot', () => {
    const slots = scatterAdd(literal([1, 0, 1], [3], 'i32'), x, 2)
    expect(valueOf(gradients(sum(mul(slots, literal([7, 9]))), [x]), [0, 0, 0])).toEqual([[9, 7, 9]])
  })
})

describe('grad', () => {
  it('differentiates by a tree, as a tree', () => {
    const tree = { dense: { weight: input('weight', [2]), bias: input('bias', []) }, unused: input('unused', [2]) }
    const loss = sum(add(mul(tree.dense.weight, 3), tree.dense.bias))
    const { dense, unused } = grad(loss, tree)
    expect(interpret([dense.weight, dense.bias, unused], new Map()).map((numbers) => [...numbers])).toEqual([
      [3, 3],
      [2],
      [0, 0],
    ])
  })

  it('adds up all ways from an input to the loss', () => {
    const shared = mul(x, x)
    expect(valueOf(gradients(sum(add(mul(shared, x), shared)), [x]), [1, 2, 3])).toEqual([[5, 16, 33]])
  })

  it('differentiates by tensors in between', () => {
    const between = exp(x)
    expect(valueOf(gradients(sum(mul(between, between)), [between]), [0, 0, 0])).toEqual([[2, 2, 2]])
  })

  it('differentiates a gradient penalty: the derivative of the norm of a derivative', () => {
    // d/dx sum(x^3) = 3 x^2; sum of its squares = 9 x^4; derivative 36 x^3.
    const [first] = gradients(sum(mul(mul(x, x), x)), [x])
    expect(valueOf(gradients(sum(mul(first, first)), [x]), [1, 2, -1])).toEqual([[36, 288, -36]])
  })

  it('refuses what is no f32 scalar', () => {
    expect(() => gradients(x, [x])).toThrow('grad of f32[3]: differentiates f32 scalars only')
    expect(() => gradients(argmax(x), [x])).toThrow('grad of i32[]: differentiates f32 scalars only')
  })
})
