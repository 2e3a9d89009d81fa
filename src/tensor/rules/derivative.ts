import { elementwiseFunctions } from '../elementwise/table.ts'
import {
  broadcast,
  cast,
  convolve,
  div,
  equal,
  gather,
  matmul,
  mul,
  pad,
  reshape,
  scatterAdd,
  slice,
  sliceAxis,
  spread,
  sum,
  transpose,
} from '../operations/index.ts'
import { range } from '../shape.ts'
import type { Kind, Primitive, Shape, Tensor } from '../tensor.ts'

/** The gradient of every input of `output`, given the output's, in operations that can be differentiated again; null: none. */
type Derivative<K extends Kind> = (
  gradient: Tensor,
  output: Tensor,
  inputs: readonly Tensor[],
  primitive: Primitive<K>,
) => (Tensor | null)[]

const constantInAll: Derivative<Kind> = (_gradient, _output, inputs) => inputs.map(() => null)

/** The shape of `x` with the reduced axes kept as 1. */
const keptShape = (x: Tensor, axes: readonly number[]): Shape => x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n))

const derivatives: { [K in Kind]: Derivative<K> } = {
  input: constantInAll,
  constant: constantInAll,
  literal: constantInAll,
  iota: constantInAll,
  argmax: constantInAll,
  stopGradient: constantInAll,
  random: constantInAll,
  shuffle: constantInAll,

  elementwise: (g, y, inputs, { name, parameter }) =>
    elementwiseFunctions[name].derivative?.(g, y, inputs, parameter) ?? inputs.map(() => null),

  reduce: (g, y, [x], { name, axes }) => {
    const kept = keptShape(x, axes)
    const everywhere = broadcast(reshape(g, kept), x.shape)
    if (name === 'sum') return [everywhere]
    // The gradient of a maximum is shared by all elements that reach it.
    const reached = cast(equal(x, broadcast(reshape(y, kept), x.shape)), 'f32')
    const count = broadcast(reshape(sum(reached, { axes }), kept), x.shape)
    return [div(mul(everywhere, reached), count)]
  },

  matmul: (g, _y, [a, b]) => [matmul(g, transpose(b)), matmul(transpose(a), g)],

  // Roles change: the gradient walks over x as the kernel did, with stride and dilation exchanged, channels as images.
  convolve: (gradient, _y, [x, kernel], primitive) => {
    const { stride, dilation, offset, order } = primitive
    const g = order === 'images' ? gradient : transpose(gradient, [0, 3, 1, 2, 4])
    const [, kh, kw] = kernel.shape
    const [, , height, width] = x.shape
    return [
      spread(g, kernel, primitive, [height, width]),
      convolve(transpose(x, [0, 4, 2, 3, 1]), transpose(g, [0, 2, 3, 1, 4]), {
        size: [kh, kw],
        stride: dilation,
        dilation: stride,
        offset,
        order: 'positions',
      }),
    ]
  },

  reshape: (g, _y, [x]) => [reshape(g, x.shape)],
  transpose: (g, _y, _inputs, { permutation }) => [
    transpose(
      g,
      range(permutation.length).map((axis) => permutation.indexOf(axis)),
    ),
  ],
  broadcast: (g, y, [x]) => {
    const added = y.shape.length - x.shape.length
    const repeated = range(y.shape.length).filter(
      (axis) => axis < added || (x.shape[axis - added] === 1 && y.shape[axis] !== 1),
    )
    return [reshape(sum(g, { axes: repeated }), x.shape)]
  },
  slice: (g, y, [x], { start }) => [
    pad(
      g,
      start,
      x.shape.map((extent, axis) => extent - start[axis] - y.shape[axis]),
    ),
  ],
  pad: (g, _y, [x], { before }) => [slice(g, before, x.shape)],
  concat: (g, _y, inputs, { axis }) => {
    let first = 0
    return inputs.map((part) => {
      const piece = sliceAxis(g, axis, first, part.shape[axis])
      first += part.shape[axis]
      return piece
    })
  },

  gather: (g, _y, [table, indices]) => [table.dtype === 'f32' ? scatterAdd(indices, g, table.shape[0]) : null, null],
  scatterAdd: (g, _y, [indices]) => [null, gather(g, indices)],
}

const derivativeOf = <K extends Kind>(
  primitive: Primitive<K>,
  gradient: Tensor,
  output: Tensor,
  inputs: readonly Tensor[],
): (Tensor | null)[] => derivatives[primitive.kind](gradient, output, inputs, primitive)

/** Gradients of the inputs of `output`; null for inputs that it does not depend on smoothly (types other than f32 among them). */
export function backward(output: Tensor, gradient: Tensor): (Tensor | null)[] {
  const gradients = derivativeOf(output.primitive, gradient, output, output.inputs)
  return gradients.map((g, index) => (output.inputs[index].dtype === 'f32' ? g : null))
}
