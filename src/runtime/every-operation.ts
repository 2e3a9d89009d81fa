import {
  abs,
  add,
  and,
  argmax,
  broadcast,
  cast,
  concat,
  conv2d,
  cos,
  div,
  equal,
  exp,
  floor,
  gather,
  input,
  iota,
  leakyRelu,
  less,
  lessEqual,
  log,
  matmul,
  max,
  maximum,
  min,
  mul,
  neg,
  not,
  or,
  pad,
  reshape,
  scatterAdd,
  sigmoid,
  sin,
  slice,
  softplus,
  sqrt,
  sub,
  sum,
  tanh,
  transpose,
  where,
} from '../tensor/operations/index.ts'
import type { ElementwiseName, Kind, Tensor } from '../tensor/tensor.ts'

const pair = (dtype: 'f32' | 'i32' | 'bool') => ['a', 'b'].map((name) => input(name, [2, 6], dtype))
const [x, y] = pair('f32')
const [i, j] = pair('i32')
const [p, q] = pair('bool')
const rows = input('rows', [3], 'i32')

/** What stays as it is, or may be on the host's side alone. */
const none: readonly Tensor[] = []

const functions: Record<ElementwiseName, readonly Tensor[]> = {
  neg: [neg(x), neg(i)],
  abs: [abs(x), abs(i)],
  exp: [exp(x)],
  log: [log(x)],
  sqrt: [sqrt(x)],
  sin: [sin(x)],
  cos: [cos(x)],
  tanh: [tanh(x)],
  sigmoid: [sigmoid(x)],
  softplus: [softplus(x)],
  floor: [floor(x)],
  leakyRelu: [leakyRelu(x)],
  add: [add(x, y), add(i, j)],
  sub: [sub(x, y), sub(i, j)],
  mul: [mul(x, y), mul(i, j)],
  div: [div(x, y)],
  max: [max(x, y), max(i, j)],
  min: [min(x, y), min(i, j)],
  less: [less(x, y), less(i, j)],
  lessEqual: [lessEqual(x, y), lessEqual(i, j)],
  equal: [equal(x, y), equal(i, j)],
  and: [and(p, q)],
  or: [or(p, q)],
  not: [not(p)],
  select: [where(p, x, y), where(p, i, j), where(p, q, not(q))],
  castF32: [cast(i, 'f32'), cast(p, 'f32')],
  castI32: [cast(x, 'i32'), cast(p, 'i32')],
}

/** Of movements and the like: of floats, whole numbers and booleans. */
const ofAll = (make: (a: Tensor, b: Tensor) => Tensor): Tensor[] => [make(x, y), make(i, j), make(p, q)]

const primitives: Record<Exclude<Kind, 'elementwise'>, readonly Tensor[]> = {
  input: none,
  constant: none,
  literal: none,
  random: none,
  shuffle: none,
  stopGradient: none,
  iota: [mul(cast(iota(6), 'f32'), x)],
  reduce: [x, i].flatMap((a) => [sum(a, { axes: [1] }), maximum(a, { axes: [1] })]),
  argmax: [argmax(x)],
  matmul: [matmul(x, transpose(y))],
  convolve: [conv2d(reshape(x, [1, 3, 4, 1]), reshape(y, [3, 4, 1, 1]), { padding: 1 })],
  reshape: ofAll((a) => reshape(a, [3, 4])),
  transpose: ofAll((a) => transpose(a)),
  broadcast: ofAll((a) => broadcast(a, [3, 2, 6])),
  slice: ofAll((a) => slice(a, [0, 1], [2, 3])),
  pad: ofAll((a) => pad(a, [1, 0], [0, 2])),
  concat: ofAll((a, b) => concat([a, b])),
  gather: [gather(x, rows), gather(i, rows)],
  scatterAdd: [scatterAdd(rows, reshape(x, [3, 4]), 5)],
}

/** An operation alone. */
export interface Sample {
  readonly operation: string
  /** Of what it is made: floats, whole numbers or booleans. */
  readonly of: Tensor['dtype']
  readonly tensor: Tensor
}

/** What users call primitives whose name is another. */
const spoken: Readonly<Record<string, string>> = {
  select: 'where',
  castF32: 'cast',
  castI32: 'cast',
  convolve: 'conv2d',
}

/** Every operation on every type, as it may stand in the part of a step that is an accelerator's. */
export const everyOperation: readonly Sample[] = Object.entries({ ...functions, ...primitives }).flatMap(
  ([name, tensors]) =>
    tensors.map((tensor) => ({
      operation: spoken[name] ?? name,
      of: tensor.inputs[tensor.inputs.length - 1].dtype,
      tensor,
    })),
)
