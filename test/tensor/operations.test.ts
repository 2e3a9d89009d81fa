import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/tensor/errors.ts'
import {
  add,
  and,
  argmax,
  broadcast,
  cast,
  concat,
  constant,
  div,
  equal,
  gather,
  greater,
  input,
  iota,
  leakyRelu,
  less,
  literal,
  log,
  matmul,
  maximum,
  mean,
  pad,
  randomNormal,
  randomUniform,
  reshape,
  scatterAdd,
  shuffle,
  slice,
  sliceAxis,
  sum,
  transpose,
  where,
} from '../../src/tensor/operations/index.ts'
import { withPath } from '../../src/tensor/tensor.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

const x = input('x', [2, 3])
const count = input('count', [2], 'i32')
const yes = input('yes', [2, 3], 'bool')
const seed = input('seed', [2], 'i32')
const step = input('step', [], 'i32')

describe('shapes and types', () => {
  it.each<[string, Tensor, number[], string]>([
    ['arithmetic broadcasts', add(x, input('row', [4, 1, 3])), [4, 2, 3], 'f32'],
    ['numbers take the type of the tensor', add(count, 1), [2], 'i32'],
    ['comparisons are bool', greater(x, 0), [2, 3], 'bool'],
    ['where broadcasts', where(yes, 1, input('row', [3])), [2, 3], 'f32'],
    ['cast', cast(yes, 'i32'), [2, 3], 'i32'],
    ['matmul', matmul(input('a', [5, 2, 3]), input('b', [5, 3, 4])), [5, 2, 4], 'f32'],
    ['sum over all axes', sum(x), [], 'f32'],
    ['sum over some', sum(x, { axes: [-1] }), [2], 'f32'],
    ['mean, axes kept', mean(x, { axes: [0], keep: true }), [1, 3], 'f32'],
    ['argmax', argmax(x), [2], 'i32'],
    ['reshape with one size left open', reshape(x, [3, -1]), [3, 2], 'f32'],
    ['transpose', transpose(input('image', [2, 4, 5, 3]), [0, 3, 1, 2]), [2, 3, 4, 5], 'f32'],
    ['slice along an axis counted from the end', sliceAxis(x, -1, 1, 2), [2, 2], 'f32'],
    ['pad', pad(x, [1, 0], [0, 2]), [3, 5], 'f32'],
    ['concat', concat([x, x, x], -1), [2, 9], 'f32'],
    ['gather', gather(x, count), [2, 3], 'f32'],
    ['scatterAdd', scatterAdd(count, x, 7), [7, 3], 'f32'],
    ['iota', iota(4), [4], 'i32'],
    ['random numbers', randomNormal({ seed, step }, 0, [4, 2]), [4, 2], 'f32'],
    ['shuffle', shuffle({ seed, step }, 0, 60000, step, 64), [64], 'i32'],
  ])('%s', (_name, tensor, shape, dtype) => {
    expect(tensor.shape).toEqual(shape)
    expect(tensor.dtype).toBe(dtype)
  })
})

describe('mistakes name the operation, the shapes and why', () => {
  it.each<[() => Tensor, string]>([
    [() => add(x, input('y', [2, 2])), 'add of f32[2, 3] and f32[2, 2]: the shapes do not broadcast to one'],
    [() => add(x, count), 'add of f32[2, 3] and i32[2]: the types differ; cast one of them'],
    [() => add(count, 0.5), 'add of i32[2] and i32[]: 0.5 is no whole number; cast the tensor to f32'],
    [() => log(count), 'log of i32[2]: takes f32'],
    [() => div(count, 2), 'div of i32[2] and i32[]: takes f32'],
    [() => less(yes, yes), 'less of bool[2, 3] and bool[2, 3]: takes f32 or i32'],
    [() => equal(yes, yes), 'equal of bool[2, 3] and bool[2, 3]: takes f32 or i32'],
    [() => and(x, x), 'and of f32[2, 3] and f32[2, 3]: takes bool'],
    [() => where(x, 1, 0), 'where of f32[2, 3]: the condition must be bool'],
    [() => leakyRelu(x, 2), 'leakyRelu of f32[2, 3]: the slope must lie in [0, 1], not 2'],
    [() => matmul(x, x), 'matmul of f32[2, 3] and f32[2, 3]: the inner sizes 3 and 2 differ'],
    [() => matmul(x, input('y', [1, 3, 2])), 'matmul of f32[2, 3] and f32[1, 3, 2]: needs two equally deep matrices'],
    [
      () => matmul(input('a', [2, 2, 3]), input('b', [3, 3, 2])),
      'matmul of f32[2, 2, 3] and f32[3, 3, 2]: the batch sizes differ',
    ],
    [() => matmul(x, input('y', [3, 2], 'i32')), 'matmul of f32[2, 3] and i32[3, 2]: takes f32'],
    [() => sum(x, { axes: [2] }), 'sum of f32[2, 3]: cannot be reduced along axes 2'],
    [() => maximum(x, { axes: [0, -2] }), 'max of f32[2, 3]: cannot be reduced along axes 0, -2'],
    [() => sum(yes), 'sum of bool[2, 3]: takes f32 or i32'],
    [() => argmax(count), 'argmax of i32[2]: takes f32 with at least one axis'],
    [() => reshape(x, [4, -1]), 'reshape of f32[2, 3]: has 6 elements, which do not fill [4, -1]'],
    [() => transpose(x, [0, 0]), 'transpose of f32[2, 3]: [0, 0] is no order of its axes'],
    [() => transpose(constant(1)), 'transpose of f32[]: needs two axes'],
    [() => broadcast(x, [3]), 'broadcast of f32[2, 3]: does not fit [3]'],
    [() => slice(x, [1, 0], [2, 3]), 'slice of f32[2, 3]: start [1, 0], size [2, 3] is not inside'],
    [() => sliceAxis(x, 2, 0, 1), 'slice of f32[2, 3]: has no axis 2'],
    [() => pad(x, [0, -1], [0, 0]), 'pad of f32[2, 3]: cannot be padded by [0, -1] and [0, 0]'],
    [() => concat([x, input('y', [3, 3])], 1), 'concat of f32[2, 3] and f32[3, 3]: cannot be joined along axis 1'],
    [() => concat([]), 'concat of : needs at least one tensor'],
    [() => gather(x, step), 'gather of f32[2, 3] and i32[]: needs a table with rows and i32 [m] indices'],
    [
      () => scatterAdd(count, input('y', [3, 3]), 4),
      'scatterAdd of i32[2] and f32[3, 3]: needs i32 [m] indices and f32 [m, ...] updates',
    ],
    [() => literal([1, 2], [3]), 'literal of [3]: got 2 values'],
    [() => randomUniform({ seed: step, step }, 0, [2]), 'randomUniform of i32[]: the seed must be i32 [2]'],
    [() => randomUniform({ seed, step: seed }, 0, [2]), 'randomUniform of i32[2]: the step must be i32 []'],
    [() => shuffle({ seed, step }, 0, 10, seed, 2), 'shuffle of i32[2]: first must be i32 []'],
  ])('%#: %s', (build, message) => {
    expect(build).toThrow(UserError)
    expect(build).toThrow(message)
  })

  it('and the path of the layer', () => {
    const build = () => withPath('generator', () => withPath('dense2', () => matmul(x, x)))
    expect(build).toThrow('matmul of f32[2, 3] and f32[2, 3] in generator/dense2: the inner sizes 3 and 2 differ')
    // The path ends with its body, whether or not that throws.
    expect(() => matmul(x, x)).toThrow('matmul of f32[2, 3] and f32[2, 3]: the inner')
  })
})

describe('movements that move nothing', () => {
  it('give the tensor back', () => {
    const same = [
      reshape(x, [2, 3]),
      broadcast(x, [2, 3]),
      slice(x, [0, 0], [2, 3]),
      pad(x, [0, 0], [0, 0]),
      concat([x]),
      sum(x, { axes: [] }),
      cast(x, 'f32'),
    ]
    for (const tensor of same) expect(tensor).toBe(x)
  })
})
