import { UserError } from '../tensor/errors.ts'
import { isKind } from '../tensor/tensor.ts'
import type { Kind, Primitive, Tensor } from '../tensor/tensor.ts'
import { completeOrder, deepened, inOrder, reshaped, separate, standingExtents, turned } from './arrangement.ts'
import type { Arrangement, Value } from './arrangement.ts'
import { writeConvolution } from './convolution.ts'
import { writeElementwise } from './elementwise.ts'
import { addExtents, isFixed, repeated, sameExtent, sameExtents } from './extent.ts'
import type { Extent } from './extent.ts'
import type { Handle } from './graph-builder.ts'
import { castTo, int, text } from './messages.ts'
import { writeProduct } from './product.ts'
import { writeReduction } from './reduction.ts'
import type { Writer } from './writer.ts'

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
    axes: [],
    extents: [],
  }),
  literal: (tensor, writer, { values }) => {
    const label = tensor.path === '' ? 'table' : `${tensor.path}/table`
    const handle = writer.constant(label, tensor.dtype, tensor.shape, values)
    return { handle, axes: inOrder(tensor.shape.length), extents: writer.extentsOf(tensor) }
  },
  iota: (tensor, writer) => {
    const [count] = writer.extentsOf(tensor)
    return writer.whole(tensor, 'Range', [i32(writer, 0), i32Extent(tensor, count, writer), i32(writer, 1)])
  },

  elementwise: writeElementwise,
  matmul: writeProduct,
  convolve: writeConvolution,
  reduce: (tensor, writer, { name, axes }) =>
    writeReduction(reductionTypes[name], tensor, tensor.inputs[0], { axes, keep: false }, writer),
  argmax: (tensor, writer) => {
    const [x] = tensor.inputs
    const index = writer.operator(tensor, 'ArgMax', [writer.full(x)], [int('axis', -1), int('keepdims', 0)])
    return writer.whole(tensor, 'Cast', [index], castTo('i32'))
  },

  stopGradient: ({ inputs: [x] }, writer) => writer.value(x),
  broadcast: ({ shape, inputs: [x] }, writer) => deepened(writer.value(x), shape.length - x.shape.length, writer.one),
  reshape: (tensor, writer) => {
    const [x] = tensor.inputs
    const to = writer.extentsOf(tensor)
    if (writer.isPart(x, 'reduce') && sameExtents(to, keptExtents(x, writer))) {
      const { name, axes } = x.primitive
      return writeReduction(reductionTypes[name], tensor, x.inputs[0], { axes, keep: true }, writer)
    }
    return reshaped(writer.value(x), writer.extentsOf(x), to, writer.one) ?? writeReshape(tensor, writer)
  },
  transpose: ({ inputs: [x] }, writer, { permutation }) => turned(writer.value(x), permutation),
  slice: (tensor, writer) => {
    const [x] = tensor.inputs
    const order = writer.order(x)
    const [from, to] = [writer.extentsOf(x), writer.extentsOf(tensor)]
    const axes = order.filter((axis) => !sameExtent(from[axis], to[axis]))
    const starts = writer.attribute(tensor, 'slice', ({ start }) => start)
    const ends = starts.map((start, axis) => addExtents(start, to[axis]))
    const along = (numbers: readonly Extent[]) => axes.map((axis) => numbers[axis])
    const limits = [
      writer.vector('starts', along(starts)),
      writer.vector('ends', along(ends)),
      fixedVector(
        'axes',
        axes.map((axis) => order.indexOf(axis)),
        writer,
      ),
    ]
    return writer.whole(tensor, 'Slice', [writer.place(x, separate(order)), ...limits], [], separate(order))
  },
  pad: (tensor, writer) => {
    const order = writer.order(tensor.inputs[0])
    const before = writer.attribute(tensor, 'pad', (primitive) => primitive.before)
    const after = writer.attribute(tensor, 'pad', (primitive) => primitive.after)
    const pads = [before, after].flatMap((widths) => order.map((axis) => widths[axis]))
    const inputs = [writer.place(tensor.inputs[0], separate(order)), writer.vector('pads', pads)]
    return writer.whole(tensor, 'Pad', inputs, [], separate(order))
  },
  concat: (tensor, writer, { axis }) => {
    const order = completeOrder({ axes: writer.common(tensor) }, tensor.shape.length)
    const inputs = tensor.inputs.map((part) => writer.place(part, separate(order)))
    return writer.whole(tensor, 'Concat', inputs, [int('axis', order.indexOf(axis))], separate(order))
  },

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
  const hint = primitive.kind === 'random' ? ', as { randomInputs: true } does' : ''
  throw new UserError(
    `The ${primitive.kind} numbers${where} have no ONNX form, as every device would draw others; make them inputs of the exported graph${hint}.`,
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

const keptExtents = ({ inputs: [x], primitive: { axes } }: Tensor<'reduce'>, writer: Writer): Extent[] =>
  writer.extentsOf(x).map((extent, axis) => (axes.includes(axis) ? repeated(1, extent) : extent))

/** A reshape for which axes have to be joined, in their own order where they do not stand side by side. */
function writeReshape(tensor: Tensor, writer: Writer): Value {
  const [x] = tensor.inputs
  const [from, to] = [writer.extentsOf(x), writer.extentsOf(tensor)]
  const { handle, axes, extents } = writer.value(x)
  const sizes = (of: readonly Extent[], arrangement: Arrangement) => standingExtents(arrangement, of, writer.one)
  const inOneRow = reshaped({ handle, axes: [axes.flat()], extents }, from, to, writer.one)
  if (inOneRow === null || !writer.isWhole(x)) {
    return { handle: writer.reshape(tensor, writer.full(x), from, to), axes: inOrder(to.length), extents: to }
  }
  const target = separate(completeOrder(inOneRow, to.length))
  return { handle: writer.reshape(tensor, handle, sizes(extents, axes), sizes(to, target)), axes: target, extents: to }
}

/** Indices clamped to the rows that exist: ONNX counts negative ones from the end and refuses those past it. */
function rowsInside(tensor: Tensor, indices: Tensor, rows: Extent, writer: Writer): Handle {
  const handle = writer.full(indices)
  const isInside = (row: number) => row >= 0 && row < Math.min(...rows)
  if (isKind(indices, 'literal') && indices.primitive.values.every(isInside)) return handle
  const last = i32Extent(tensor, addExtents(rows, repeated(-1, rows)), writer)
  return writer.operator(tensor, 'Min', [writer.operator(tensor, 'Max', [handle, i32(writer, 0)]), last])
}
