import { describe, expect, it } from 'vitest'
import { interpret } from '../../src/runtime/interpreter.ts'
import { gradients } from '../../src/tensor/grad.ts'
import { topological } from '../../src/tensor/graph.ts'
import {
  add,
  and,
  broadcast,
  cast,
  concat,
  constant,
  div,
  equal,
  exp,
  gather,
  input,
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
  not,
  or,
  pad,
  randomNormal,
  reshape,
  scatterAdd,
  slice,
  sliceAxis,
  stopGradient,
  sub,
  sum,
  tanh,
  transpose,
  where,
} from '../../src/tensor/operations/index.ts'
import { simplify } from '../../src/tensor/simplify.ts'
import { range, sizeOf } from '../../src/tensor/shape.ts'
import { isKind, withPath } from '../../src/tensor/tensor.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { show } from './show.ts'

const x = input('x', [2, 3])
const y = input('y', [2, 3])
const row = input('row', [3])
const column = input('column', [2, 1])
const scalar = input('scalar', [])
const image = input('image', [2, 4, 4, 3])
const count = input('count', [2, 3], 'i32')
const picture = input('picture', [2, 3], 'u8')
const yes = input('yes', [2, 3], 'bool')

const zeros = broadcast(constant(0), [2, 3])
const simplified = (tensor: Tensor): string => show(simplify([tensor])[0])

/** A table of what comes in and what is to come out. */
const gives = (cases: [intent: string, tensor: Tensor, expected: string][]) =>
  it.each(cases)('%s', (_intent, tensor, expected) => {
    const [result] = simplify([tensor])
    expect(show(result)).toBe(expected)
    expect([result.shape, result.dtype]).toEqual([tensor.shape, tensor.dtype])
    const feeds = new Map(topological([tensor]).flatMap((leaf) => (isKind(leaf, 'input') ? [[leaf, fed(leaf)]] : [])))
    const [before] = interpret([tensor], feeds)
    expect([...interpret([result], feeds)[0]]).toEqual([...before].map((value) => expect.closeTo(value, 12)))
  })

/** Some numbers for an input. */
const fed = ({ dtype, shape }: Tensor): number[] =>
  range(sizeOf(shape)).map((i) => (dtype === 'f32' ? Math.sin(i + 1) : (i * 7) % (dtype === 'bool' ? 2 : 5)))

describe('arithmetic with neutral and absorbing numbers', () => {
  gives([
    ['x + 0', add(x, 0), 'x'],
    ['0 + x', add(0, x), 'x'],
    ['x - 0', sub(x, 0), 'x'],
    ['0 - x', sub(0, x), 'neg(x)'],
    ['x * 1', mul(x, 1), 'x'],
    ['1 * x', mul(1, x), 'x'],
    ['x * 0', mul(x, 0), 'broadcast[2, 3](0)'],
    ['x * -1', mul(x, -1), 'neg(x)'],
    ['x / 1', div(x, 1), 'x'],
    ['x / -1', div(x, -1), 'neg(x)'],
    ['0 / x', div(0, x), 'broadcast[2, 3](0)'],
    ['integers as well', mul(add(count, 0), 1), 'count'],
    ['max(x, -infinity)', max(x, -Infinity), 'x'],
    ['min(x, infinity)', min(Infinity, x), 'x'],
    ['yes and true', and(yes, less(0, 1)), 'yes'],
    ['yes and false', and(yes, less(1, 0)), 'broadcast[2, 3](0)'],
    ['yes or false', or(yes, less(1, 0)), 'yes'],
    ['yes or true', or(yes, less(0, 1)), 'broadcast[2, 3](1)'],
    ['a zero seen through movements', add(x, transpose(reshape(broadcast(constant(0), [6]), [3, 2]))), 'x'],
    ['a literal of equal numbers', mul(x, literal([1, 1, 1])), 'x'],
  ])
})

describe('signs', () => {
  gives([
    ['-(-x)', neg(neg(x)), 'x'],
    ['-(x - y)', neg(sub(x, y)), 'sub(y, x)'],
    ['x + -y', add(x, neg(y)), 'sub(x, y)'],
    ['-x + y', add(neg(x), y), 'sub(y, x)'],
    ['x - -y', sub(x, neg(y)), 'add(x, y)'],
    ['-x * -y', mul(neg(x), neg(y)), 'mul(x, y)'],
    ['-x * 2', mul(neg(x), 2), 'mul(x, broadcast[2, 3](-2))'],
    ['-(x * 2)', neg(mul(x, 2)), 'mul(x, broadcast[2, 3](-2))'],
    ['not not', not(not(yes)), 'yes'],
  ])
})

describe('factors', () => {
  gives([
    ['stand on the right', mul(3, x), 'mul(x, broadcast[2, 3](3))'],
    ['are joined', mul(mul(x, 3), 0.5), 'mul(x, broadcast[2, 3](1.5))'],
    ['vanish when they cancel', mul(mul(x, 4), 0.25), 'x'],
    ['wrap round in integers', mul(mul(count, 65536), 65537), 'mul(count, broadcast[2, 3](65536))'],
    [
      'stay apart where their product leaves f32',
      mul(mul(x, 1e-30), 1e-30),
      'mul(mul(x, broadcast[2, 3](1e-30)), broadcast[2, 3](1e-30))',
    ],
    ['multiply instead of dividing by a power of two', div(x, 8), 'mul(x, broadcast[2, 3](0.125))'],
    ['keep dividing where the reciprocal is rounded', div(x, 3), 'div(x, broadcast[2, 3](3))'],
  ])
})

describe('constants', () => {
  gives([
    ['are computed', exp(mul(constant(2), add(constant(1), 2))), `${Math.exp(6)}`],
    ['in any shape', add(broadcast(constant(1), [2, 3]), literal([2, 2, 2])), 'broadcast[2, 3](3)'],
    ['change type', cast(cast(less(constant(1), 2), 'i32'), 'f32'), '1'],
    ['choose a branch', where(less(constant(1), 2), x, y), 'x'],
    ['choose the other branch', where(less(constant(2), 1), x, y), 'y'],
    ['are summed', sum(broadcast(constant(2), [5, 3])), '30'],
    ['have a largest', maximum(broadcast(constant(2), [5, 3]), { axes: [0] }), 'broadcast[3](2)'],
    ['are sliced', sliceAxis(broadcast(constant(2), [5, 3]), 0, 1, 2), 'broadcast[2, 3](2)'],
    ['are joined', concat([broadcast(constant(2), [1, 3]), broadcast(constant(2), [4, 3])]), 'broadcast[5, 3](2)'],
    ['are padded when 0', pad(zeros, [1, 0], [0, 0]), 'broadcast[3, 3](0)'],
    ['are gathered', gather(broadcast(constant(2), [5, 3]), input('rows', [4], 'i32')), 'broadcast[4, 3](2)'],
    ['are scattered when 0', scatterAdd(input('rows', [2], 'i32'), zeros, 7), 'broadcast[7, 3](0)'],
  ])
})

describe('choices and types', () => {
  gives([
    ['equal branches', where(yes, tanh(x), tanh(x)), 'tanh(x)'],
    ['a negated condition', where(not(yes), x, y), 'select(yes, y, x)'],
    ['bool to f32 to i32', cast(cast(yes, 'f32'), 'i32'), 'castI32(yes)'],
    ['u8 to i32 to f32', cast(cast(picture, 'i32'), 'f32'), 'castF32(picture)'],
    ['i32 to f32 to i32 loses digits and stays', cast(cast(count, 'f32'), 'i32'), 'castI32(castF32(count))'],
  ])
})

describe('equal computations', () => {
  it('are made once, in either order of commuting operands', () => {
    const [a, b] = simplify([add(tanh(x), exp(y)), add(exp(y), tanh(x))])
    expect(a).toBe(b)
    const [c, d] = simplify([sub(x, y), sub(y, x)])
    expect(c).not.toBe(d)
  })

  it('are told apart by attributes, shapes, infinities and the sign of zero', () => {
    const different = [
      sum(x, { axes: [0] }),
      maximum(x, { axes: [0] }),
      constant(Infinity),
      constant(-Infinity),
      constant(0),
      constant(-0),
      constant(0, 'i32'),
      broadcast(scalar, [2]),
      broadcast(scalar, [3]),
      literal([1, 2]),
      literal([1, 3]),
    ]
    expect(new Set(simplify(different)).size).toBe(different.length)
  })

  it('among random numbers are those of one stream and shape', () => {
    const source = { seed: input('seed', [2], 'i32'), step: input('step', [], 'i32') }
    const [a, b, c, d] = simplify([
      randomNormal(source, 1, [3]),
      randomNormal(source, 1, [3]),
      randomNormal(source, 2, [3]),
      randomNormal(source, 1, [4]),
    ])
    expect(a).toBe(b)
    expect(new Set([a, c, d]).size).toBe(3)
  })

  it('never are two inputs, be their names equal', () => {
    const [a, b] = [input('x', [2]), input('x', [2])]
    expect(simplify([a, b])).toEqual([a, b])
    expect(simplify([a, b])[0]).toBe(a)
    expect(simplify([a, b])[1]).toBe(b)
  })
})

describe('movements', () => {
  gives([
    ['stopGradient disappears', add(stopGradient(x), y), 'add(x, y)'],
    ['reshape of reshape', reshape(reshape(x, [6]), [3, 2]), 'reshape[3, 2](x)'],
    ['reshape there and back', reshape(reshape(x, [6]), [2, 3]), 'x'],
    ['transpose there and back', transpose(transpose(x)), 'x'],
    ['transpose of transpose', transpose(transpose(image, [0, 3, 1, 2]), [0, 2, 3, 1]), 'image'],
    ['transpose of an axis of size 1', transpose(column), 'reshape[1, 2](column)'],
    ['broadcast of broadcast', broadcast(broadcast(column, [2, 3]), [4, 2, 3]), 'broadcast[4, 2, 3](column)'],
    ['broadcast to as many elements', broadcast(x, [1, 2, 3]), 'reshape[1, 2, 3](x)'],
    ['broadcast of a row that was given axes', broadcast(reshape(row, [1, 3]), [2, 3]), 'broadcast[2, 3](row)'],
    [
      'broadcast of a row that became a column stays',
      broadcast(reshape(row, [3, 1]), [3, 4]),
      'broadcast[3, 4](reshape[3, 1](row))',
    ],
    [
      'slice of slice',
      slice(slice(image, [0, 1, 1, 0], [2, 3, 3, 3]), [1, 1, 0, 0], [1, 2, 3, 3]),
      'slice[1, 2, 3, 3](image)',
    ],
    ['slice of one part', sliceAxis(concat([x, y], 1), 1, 4, 2), 'slice[2, 2](y)'],
    ['slice of a whole part', sliceAxis(concat([x, y], 1), 1, 3, 3), 'y'],
    ['slice over two parts stays', sliceAxis(concat([x, y], 1), 1, 2, 2), 'slice[2, 2](concat(x, y))'],
    ['slice of what was padded', slice(pad(x, [1, 1], [0, 2]), [1, 2], [2, 2]), 'slice[2, 2](x)'],
    ['slice of the padding', slice(pad(x, [1, 1], [0, 2]), [0, 4], [3, 2]), 'broadcast[3, 2](0)'],
    ['slice of what was repeated', slice(broadcast(row, [2, 3]), [1, 1], [1, 2]), 'reshape[1, 2](slice[2](row))'],
    [
      'slice of a repeated column',
      slice(broadcast(column, [2, 3]), [1, 1], [1, 2]),
      'broadcast[1, 2](slice[1, 1](column))',
    ],
    ['pad of pad', pad(pad(x, [1, 0], [0, 0]), [0, 1], [2, 0]), 'pad[5, 4](x)'],
    ['pads of neighbours', add(pad(x, [0, 0], [0, 3]), pad(y, [0, 3], [0, 0])), 'concat(x, y)'],
    ['pads of neighbours, the other way round', add(pad(x, [0, 3], [0, 0]), pad(y, [0, 0], [0, 3])), 'concat(y, x)'],
    ['pads of neighbours among zeros', add(pad(x, [0, 1], [0, 4]), pad(y, [0, 4], [0, 1])), 'pad[2, 8](concat(x, y))'],
    ['overlapping pads stay', add(pad(x, [0, 0], [0, 2]), pad(y, [0, 2], [0, 0])), 'add(pad[2, 5](x), pad[2, 5](y))'],
    ['pads at a corner stay', add(pad(x, [0, 0], [2, 3]), pad(y, [2, 3], [0, 0])), 'add(pad[4, 6](x), pad[4, 6](y))'],
    ['concat of concat', concat([concat([x, y], 1), x], 1), 'concat(x, y, x)'],
    ['concat of all slices', concat([sliceAxis(x, 1, 0, 1), sliceAxis(x, 1, 1, 1), sliceAxis(x, 1, 2, 1)], 1), 'x'],
    [
      'concat of some slices',
      concat([sliceAxis(x, 1, 1, 1), sliceAxis(x, 1, 2, 1), y], 1),
      'concat(slice[2, 2](x), y)',
    ],
    [
      'concat of slices in another order stays',
      concat([sliceAxis(x, 1, 1, 2), sliceAxis(x, 1, 0, 1)], 1),
      'concat(slice[2, 2](x), slice[2, 1](x))',
    ],
  ])

  it('give the gradient of splitting back as one concatenation', () => {
    const parts = [0, 1, 2].map((first) => exp(sliceAxis(x, 1, first, 1)))
    const [gradient] = gradients(sum(add(add(parts[0], parts[1]), parts[2])), [x])
    const kinds = topological(simplify([gradient])).map((tensor) => tensor.primitive.kind)
    expect(kinds.filter((kind) => kind === 'concat')).toHaveLength(1)
    expect(kinds).not.toContain('pad')
  })
})

describe('repeated values', () => {
  gives([
    ['are computed once', tanh(broadcast(row, [2, 3])), 'broadcast[2, 3](tanh(row))'],
    [
      'with others alike',
      add(broadcast(row, [4, 2, 3]), broadcast(x, [4, 2, 3])),
      'broadcast[4, 2, 3](add(broadcast[2, 3](row), x))',
    ],
    ['with constants', mul(broadcast(scalar, [2, 3]), 3), 'broadcast[2, 3](mul(scalar, 3))'],
    ['not where they meet in full', add(column, row), 'add(broadcast[2, 3](column), broadcast[2, 3](row))'],
  ])
})

describe('reductions', () => {
  gives([
    ['over axes of size 1', sum(column, { axes: [1] }), 'reshape[2](column)'],
    ['over some axes of size 1', sum(column), 'reshape[](sum(column))'],
    ['sum of sum', sum(sum(image, { axes: [1] }), { axes: [0, 2] }), 'sum(image)'],
    ['largest of largest', maximum(maximum(image, { axes: [0] }), { axes: [0] }), 'max(image)'],
    ['largest of sum stays', maximum(sum(x, { axes: [0] })), 'max(sum(x))'],
    ['sum of repeated rows', sum(broadcast(row, [8, 3]), { axes: [0] }), 'mul(row, broadcast[3](8))'],
    ['sum within repeated rows', sum(broadcast(row, [8, 3]), { axes: [1] }), 'broadcast[8](sum(row))'],
    ['sum of everything repeated', sum(broadcast(column, [2, 3])), 'mul(reshape[](sum(column)), 3)'],
    ['largest of repeated rows', maximum(broadcast(row, [8, 3])), 'max(row)'],
    ['sum of signs', sum(neg(x)), 'neg(sum(x))'],
    ['sum of scaled', sum(mul(x, 3)), 'mul(sum(x), 3)'],
    ['mean of scaled, one factor in all', mean(mul(x, 3), { axes: [0] }), 'mul(sum(x), broadcast[3](1.5))'],
    ['sum of padded', sum(pad(x, [1, 0], [0, 0]), { axes: [0] }), 'sum(x)'],
    ['sum beside the padding stays', sum(pad(x, [1, 0], [0, 0]), { axes: [1] }), 'sum(pad[3, 3](x))'],
    ['sum of reshaped stays', sum(reshape(x, [3, 2]), { axes: [0] }), 'sum(reshape[3, 2](x))'],
  ])
})

describe('matrix products', () => {
  gives([
    ['of columns and rows', matmul(column, reshape(row, [1, 3])), 'mul(broadcast[2, 3](column), broadcast[2, 3](row))'],
    ['with zeros', matmul(x, broadcast(constant(0), [3, 5])), 'broadcast[2, 5](0)'],
    ['scaled afterwards stay', mul(matmul(x, transpose(y)), 2), 'mul(matmul(x, transpose(y)), broadcast[2, 2](2))'],
  ])
})

describe('a graph', () => {
  it('keeps the path of what was traced', () => {
    const traced = withPath('generator/dense1', () => sum(mul(x, 3)))
    expect(
      topological(simplify([traced]))
        .filter((tensor) => tensor !== x)
        .map((tensor) => tensor.path),
    ).toEqual(Array.from({ length: 3 }, () => 'generator/dense1'))
  })

  it('of any depth is simplified', () => {
    let deep: Tensor = x
    for (let i = 0; i < 6_000; i++) deep = add(neg(neg(tanh(deep))), 0)
    expect(topological(simplify([deep]))).toHaveLength(6_001)
  })

  it('of any depth collapses', () => {
    let deep: Tensor = x
    for (let i = 0; i < 8_000; i++) deep = neg(reshape(reshape(deep, [6]), [2, 3]))
    expect(simplified(deep)).toBe('x')
  })

  it('loses what is not needed of derivatives', () => {
    const w = input('w', [3, 4])
    const h = log(add(exp(matmul(x, w)), 1))
    const [dw] = simplify(gradients(mean(h), [w]))
    // d/dw mean(softplus(x w)) = x^T (exp(h) / (exp(h) + 1) / 8): each of its operations once.
    const kinds = topological([dw]).flatMap((tensor) =>
      tensor.inputs.length > 0 ? [show(tensor).split(/[[(]/)[0]] : [],
    )
    expect(kinds.toSorted()).toEqual(
      ['add', 'broadcast', 'broadcast', 'div', 'exp', 'matmul', 'matmul', 'mul', 'transpose'].toSorted(),
    )
  })

  it('compares masks only once', () => {
    const mask = equal(x, y)
    expect(simplified(mul(cast(mask, 'f32'), cast(equal(y, x), 'f32')))).toBe(
      'mul(castF32(equal(x, y)), castF32(equal(x, y)))',
    )
    expect(topological(simplify([mul(cast(mask, 'f32'), cast(equal(y, x), 'f32'))]))).toHaveLength(5)
  })
})
