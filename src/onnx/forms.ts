import { UserError } from '../tensor/errors.ts'
import { range } from '../tensor/shape.ts'
import { isKind } from '../tensor/tensor.ts'
import type { Kind, Primitive, Tensor } from '../tensor/tensor.ts'
import { writeConvolution } from './convolution.ts'
import { writeElementwise } from './elementwise.ts'
import { addExtents, isFixed, repeated, sameExtent, sameExtents } from './extent.ts'
import type { Extent } from './extent.ts'
import type { Handle } from './graph-builder.ts'
import { castTo, int, ints, text } from './messages.ts'
import { writeProduct } from './product.ts'
import type { Value, Writer } from './writer.ts'

/** How a primitive is written in ONNX: adds operators and tells what stands for the tensor. */
type Form<K extends Kind> = (tensor: Tensor, writer: Writer, primitive: Primitive<K>) => Value

const reductionTypes = { sum: 'ReduceSum', max: 'ReduceMax' }

const forms: { [K in Kind]: Form<K> } = {
  input: (_tensor, _writer, { name }) => {
    throw new UserError(
      `The exported graph reads '${name}', which is neither an input nor a weight of the model; make it one of them.`,
    )
  },
  random: drawsNumbers,
  shuffle: drawsNumbers,

  constant: ({ dtype }, writer, { value }) => ({
    handle: writer.constant(`${value}`, dtype, [], [value]),
    extents: [],
  }),
  literal: (tensor, writer, { values }) => {
    const label = tensor.path === '' ? 'table' : `${tensor.path}/table`
    return { handle: writer.constant(label, tensor.dtype, tensor.shape, values), extents: writer.extentsOf(tensor) }
  },
  iota: (tensor, writer) => {
    const [count] = writer.extentsOf(tensor)
    return writer.whole(tensor, 'Range', [i32(writer, 0), i32Extent(tensor, count, writer), i32(writer, 1)])
  },

  elementwise: writeElementwise,
  matmul: writeProduct,
  convolve: writeConvolution,
  reduce: (tensor, writer, primitive) => writeReduction(tensor, tensor.inputs[0], primitive, false, writer),
  argmax: (tensor, writer) => {
    const [x] = tensor.inputs
    const index = writer.operator(tensor, 'ArgMax', [writer.full(x)], [int('axis', -1), int('keepdims', 0)])
    return writer.whole(tensor, 'Cast', [index], castTo('i32'))
  },

  stopGradient: ({ inputs: [x] }, writer) => writer.narrow(x),
  broadcast: ({ inputs: [x] }, writer) => writer.narrow(x),
  reshape: (tensor, writer) => {
    const [x] = tensor.inputs
    const [from, to] = [writer.extentsOf(x), writer.extentsOf(tensor)]
    if (isKind(x, 'reduce') && writer.usedOnce(x) && sameExtents(to, keptExtents(x, writer))) {
      return writeReduction(tensor, x.inputs[0], x.primitive, true, writer)
    }
    return writer.whole(tensor, 'Reshape', [writer.full(x), writer.vector('shape', reshapeTarget(from, to))])
  },
  transpose: (tensor, writer, { permutation }) =>
    writer.whole(tensor, 'Transpose', [writer.full(tensor.inputs[0])], [ints('perm', permutation)]),
  slice: (tensor, writer) => {
    const [x] = tensor.inputs
    const [from, to] = [writer.extentsOf(x), writer.extentsOf(tensor)]
    const axes = range(to.length).filter((axis) => !sameExtent(from[axis], to[axis]))
    const starts = writer.attribute(tensor, 'slice', ({ start }) => start)
    const ends = starts.map((start, axis) => addExtents(start, to[axis]))
    const along = (numbers: readonly Extent[]) => axes.map((axis) => numbers[axis])
    const limits = [
      writer.vector('starts', along(starts)),
      writer.vector('ends', along(ends)),
      fixedVector('axes', axes, writer),
    ]
    return writer.whole(tensor, 'Slice', [writer.full(x), ...limits])
  },
  pad: (tensor, writer) => {
    const before = writer.attribute(tensor, 'pad', (primitive) => primitive.before)
    const after = writer.attribute(tensor, 'pad', (primitive) => primitive.after)
    return writer.whole(tensor, 'Pad', [writer.full(tensor.inputs[0]), writer.vector('pads', [...before, ...after])])
  },
  concat: (tensor, writer, { axis }) =>
    writer.whole(tensor, 'Concat', tensor.inputs.map(writer.full), [int('axis', axis)]),

  gather: (tensor, writer) => {
    const [table, indices] = tensor.inputs
    const rows = rowsInside(tensor, indices, writer.extentsOf(table)[0], writer)
    return writer.whole(tensor, 'Gather', [writer.full(table), rows], [int('axis', 0)])
  },
  // ScatterND would take the rows as they are, but ONNX Runtime's runs on several threads that overwrite each other's sums
  // where indices repeat (onnxruntime #18048, #23396); ScatterElements adds one after the other.
  scatterAdd: (tensor, writer) => {
    const [indices, updates] = tensor.inputs
    const [size] = writer.attribute(tensor, 'scatterAdd', (primitive) => [primitive.size])
    const rows = rowsInside(tensor, indices, size, writer)
    const [count, ...width] = writer.extentsOf(updates)
    const column = fixedVector('shape', [-1, ...width.map(() => 1)], writer)
    const narrow = writer.operator(tensor, 'Reshape', [rows, column])
    const wide = writer.operator(tensor, 'Expand', [narrow, writer.vector('shape', [repeated(1, count), ...width])])
    const zero = writer.constant('0', 'f32', [], [0])
    const zeros = writer.operator(tensor, 'Expand', [zero, writer.vector('shape', writer.extentsOf(tensor))])
    const attributes = [int('axis', 0), text('reduction', 'add')]
    return writer.whole(tensor, 'ScatterElements', [zeros, wide, writer.full(updates)], attributes)
  },
}

const formOf = <K extends Kind>(primitive: Primitive<K>, tensor: Tensor, writer: Writer): Value =>
  forms[primitive.kind](tensor, writer, primitive)

/** Writes one tensor whose inputs have been written. */
export const writeTensor = (tensor: Tensor, writer: Writer): Value => formOf(tensor.primitive, tensor, writer)

function drawsNumbers({ path, primitive }: Tensor): never {
  const where = path === '' ? '' : ` in ${path}`
  throw new UserError(
    `The ${primitive.kind} numbers${where} have no ONNX form, as every device would draw others; make them an input of the exported graph.`,
  )
}

const i32 = (writer: Writer, value: number): Handle => writer.constant(`${value}`, 'i32', [], [value])

/** An extent as an i32 scalar. */
function i32Extent(tensor: Tensor, extent: Extent, writer: Writer): Handle {
  if (isFixed(extent)) return i32(writer, extent[0])
  const entry = writer.operator(tensor, 'Cast', [writer.vector('extent', [extent])], castTo('i32'))
  return writer.operator(tensor, 'Squeeze', [entry])
}

const fixedVector = (label: string, values: readonly number[], writer: Writer): Handle =>
  writer.constant(label, 'i64', [values.length], values)

/** A reduction of x; with `keep`, `tensor` is the reshape that puts the reduced axes back with size 1. */
function writeReduction(
  tensor: Tensor,
  x: Tensor,
  { name, axes }: Primitive<'reduce'>,
  keep: boolean,
  writer: Writer,
): Value {
  const inputs = [writer.full(x), fixedVector('axes', axes, writer)]
  return writer.whole(tensor, reductionTypes[name], inputs, [int('keepdims', keep ? 1 : 0)])
}

const keptExtents = ({ inputs: [x], primitive: { axes } }: Tensor<'reduce'>, writer: Writer): Extent[] =>
  writer.extentsOf(x).map((extent, axis) => (axes.includes(axis) ? repeated(1, extent) : extent))

/**
 * The target of a Reshape: 0 (as it is) for axes that follow the batch size and stay in place, -1 (what remains) for one
 * more that follows it. So most models need no arithmetic on shapes.
 */
function reshapeTarget(from: readonly Extent[], to: readonly Extent[]): Extent[] {
  const stays = to.map((extent, axis) => axis < from.length && !isFixed(extent) && sameExtent(extent, from[axis]))
  const remains = to.findIndex((extent, axis) => !isFixed(extent) && !stays[axis])
  return to.map((extent, axis) =>
    stays[axis] ? repeated(0, extent) : axis === remains ? repeated(-1, extent) : extent,
  )
}

/** Indices clamped to the rows that exist: ONNX counts negative ones from the end and refuses those past it. */
function rowsInside(tensor: Tensor, indices: Tensor, rows: Extent, writer: Writer): Handle {
  const handle = writer.full(indices)
  const isInside = (row: number) => row >= 0 && row < Math.min(...rows)
  if (isKind(indices, 'literal') && indices.primitive.values.every(isInside)) return handle
  const last = i32Extent(tensor, addExtents(rows, repeated(-1, rows)), writer)
  return writer.operator(tensor, 'Min', [writer.operator(tensor, 'Max', [handle, i32(writer, 0)]), last])
}
