import { apply } from '../tensor/elementwise/apply.ts'
import { elementwiseFunctions, elementwiseNames } from '../tensor/elementwise/table.ts'
import {
  argmax,
  broadcast,
  cast,
  concat,
  conv2d,
  gather,
  input,
  iota,
  matmul,
  maximum,
  mul,
  pad,
  reshape,
  scatterAdd,
  slice,
  sum,
  transpose,
  where,
} from '../tensor/operations/index.ts'
import type { DType, ElementwiseName, Kind, Tensor } from '../tensor/tensor.ts'

const three = (dtype: 'f32' | 'i32' | 'bool') => ['a', 'b', 'c'].map((name) => input(name, [2, 6], dtype))
const [floats, integers, booleans] = [three('f32'), three('i32'), three('bool')]
const [x, y] = floats
const [i, j] = integers
const [p, q] = booleans
const rows = input('rows', [3], 'i32')

/** What stays as it is, or may be on the host's side alone. */
const none: readonly Tensor[] = []

/** Operands of each type; bytes stay with the host. */
const operandsOf: Readonly<Record<DType, readonly Tensor[]>> = { f32: floats, i32: integers, bool: booleans, u8: none }

/** A function of every type that it takes. */
const samplesOf = (name: ElementwiseName): Tensor[] => {
  const definition = elementwiseFunctions[name]
  return definition.accepts.flatMap((dtype) => {
    if (operandsOf[dtype].length === 0) return []
    const [a, b, c] = operandsOf[dtype]
    if (name === 'select') return [where(p, b, c)]
    return [apply(name, definition, [a, b].slice(0, definition.operands.length), name === 'leakyRelu' ? 0.2 : 0)]
  })
}

const functions = Object.fromEntries(elementwiseNames.map((name) => [name, samplesOf(name)]))

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
