import { UserError } from '../tensor/errors.ts'
import { sizeOf } from '../tensor/shape.ts'
import { isKind, showShape } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { affine, isFixed, showAffine } from './extent.ts'
import type { Extent } from './extent.ts'
import { writeTensor } from './forms.ts'
import { graphBuilder } from './graph-builder.ts'
import { bytesOf, castTo, modelBytes, valueMessage } from './messages.ts'
import type { Dimension } from './messages.ts'
import { notFree, traceFreeBatch, traceOnce } from './trace.ts'
import type { FedTensor, ModelGraph, NamedTensor, Traces } from './trace.ts'
import { createWriter } from './writer.ts'
import type { Value } from './writer.ts'

export type { FedTensor, ModelGraph, NamedTensor } from './trace.ts'

/** What a model says of itself. */
export interface ExportOptions {
  /** The name of its graph. */
  readonly graphName: string
  /** What a reader of the file should know: ranges, layouts, where it came from. */
  readonly metadata?: Readonly<Record<string, string>>
}

/**
 * A graph as an ONNX model (the bytes of an .onnx file). Given a function, the model's batch size is free: the function
 * is traced at several sizes, and whatever follows the size is called 'batch' in the model's inputs and outputs. Throws
 * UserError where the graph draws random numbers, reads what is neither input nor weight, or cannot have a free size.
 */
export function exportOnnx(model: ModelGraph | ((batch: number) => ModelGraph), options: ExportOptions): Uint8Array {
  const traces = typeof model === 'function' ? traceFreeBatch(model) : traceOnce(model)
  const { graph, order, extentsOf } = traces
  requireDistinctNames([...graph.inputs, ...graph.outputs])

  const builder = graphBuilder()
  const writer = createWriter(traces, builder)
  const inputs = graph.inputs.map(({ name, tensor, type }) => {
    const input = { label: name }
    const handle = type === undefined ? input : builder.operator(name, 'Cast', [input], castTo(tensor.dtype))
    writer.define(tensor, { handle, extents: extentsOf(tensor) })
    return input
  })
  const fed = new Set(graph.inputs.map(({ tensor }) => tensor))
  for (const tensor of order) {
    if (fed.has(tensor)) continue
    const values = graph.weights.get(tensor)
    writer.define(tensor, values === undefined ? writeTensor(tensor, writer) : weight(tensor, values))
  }
  function weight(tensor: Tensor, values: Float32Array | Int32Array): Value {
    const label = requireWeight(tensor, values, traces)
    return {
      handle: builder.initializer(label, tensor.dtype, tensor.shape, bytesOf(values)),
      extents: extentsOf(tensor),
    }
  }

  const outputs = graph.outputs.map(({ name, tensor }) => ({ name, handle: writer.full(tensor) }))
  const message = ({ name, tensor, type }: FedTensor) =>
    valueMessage(
      name,
      type ?? tensor.dtype,
      extentsOf(tensor).map((extent) => dimension(extent, traces.batches)),
    )
  return modelBytes(
    {
      name: options.graphName,
      input: graph.inputs.map(message),
      output: graph.outputs.map(message),
      ...builder.finish(inputs, outputs),
    },
    options.metadata ?? {},
  )
}

/** An extent as inputs and outputs tell it; null where it follows the batch size in no simple way. */
function dimension(extent: Extent, batches: Extent): Dimension {
  if (isFixed(extent)) return extent[0]
  const relation = affine(extent, batches)
  return relation === null ? null : showAffine(relation)
}

function requireDistinctNames(ends: readonly NamedTensor[]): void {
  const names = ends.map(({ name }) => name)
  const wrong = names.find((name, index) => name === '' || names.indexOf(name) !== index)
  if (wrong === undefined) return
  throw new UserError(
    `'${wrong}' cannot name an input or output of the exported model; give each one a name, and none twice.`,
  )
}

/** The weight's name, after a check that the numbers are those of the tensor. */
function requireWeight(tensor: Tensor, values: Float32Array | Int32Array, { extentsOf }: Traces): string {
  if (!isKind(tensor, 'input'))
    throw new UserError(`A weight of the exported model is a ${tensor.primitive.kind}; weights are input tensors.`)
  const { name } = tensor.primitive
  const dtype = values instanceof Float32Array ? 'f32' : 'i32'
  if (tensor.dtype !== dtype || values.length !== sizeOf(tensor.shape)) {
    throw new UserError(
      `The weight '${name}' is ${tensor.dtype}${showShape(tensor.shape)}, but its values are ${values.length} numbers of type ${dtype}.`,
    )
  }
  if (!extentsOf(tensor).every(isFixed)) throw notFree(`the shape of the weight '${name}' follows it`)
  return name
}
