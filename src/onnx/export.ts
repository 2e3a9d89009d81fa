import { UserError } from '../tensor/errors.ts'
import { sizeOf } from '../tensor/shape.ts'
import { isKind, showShape } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { inOrder } from './arrangement.ts'
import type { Value } from './arrangement.ts'
import { affine, isFixed, showAffine } from './extent.ts'
import type { Extent } from './extent.ts'
import { foldWeights } from './fold.ts'
import { writeTensor } from './forms.ts'
import { graphBuilder } from './graph-builder.ts'
import { bytesOf, castTo, modelBytes, rawBytes, valueMessage } from './messages.ts'
import type { Dimension } from './messages.ts'
import { writeNamed } from './named-forms.ts'
import { randomFacts, withRandomInputs } from './random-inputs.ts'
import { notFree, traceFreeBatch, traceOnce } from './trace.ts'
import type { FedTensor, ModelGraph, NamedTensor, Traces } from './trace.ts'
import { createWriter } from './writer.ts'

export type { FedTensor, ModelGraph, NamedTensor } from './trace.ts'

/** What a model says of itself. */
export interface ExportOptions {
  /** The name of its graph. */
  readonly graphName: string
  /** What a reader of the file should know: ranges, layouts, where it came from. */
  readonly metadata?: Readonly<Record<string, string>>
  /**
   * Whether images stand as tensors have them between convolutions, for devices that compute with the channels last; else they
   * stand with the channels first until somebody needs them otherwise. Default false.
   */
  readonly channelsLast?: boolean
  /**
   * Whether the random numbers that a graph draws become inputs of the model, f32 and shaped as the tensors are: `noise1`, `noise2`, ...
   * in the order of tracing. The metadata say under those names from where to draw them, 'standard normal' or 'uniform in [0, 1)'.
   * Default false: such a graph is refused.
   */
  readonly randomInputs?: boolean
}

/**
 * A graph as an ONNX model (the bytes of an .onnx file). Given a function, the model's batch size is free: the function
 * is traced at several sizes, and whatever follows the size is called 'batch' in the model's inputs and outputs. Throws
 * UserError where the graph draws random numbers (see `randomInputs`), reads what is neither input nor weight, or cannot have a free size.
 */
export function exportOnnx(model: ModelGraph | ((batch: number) => ModelGraph), options: ExportOptions): Uint8Array {
  const complete = (graph: ModelGraph) => (options.randomInputs ? withRandomInputs(graph) : graph)
  const traced =
    typeof model === 'function' ? traceFreeBatch((batch) => complete(model(batch))) : traceOnce(complete(model))
  const { graph, extentsOf } = traced
  requireDistinctNames([...graph.inputs, ...graph.outputs])
  for (const tensor of traced.order) requireWeight(tensor, traced)

  const traces = foldWeights(traced)

  const builder = graphBuilder()
  const writer = createWriter(traces, builder)
  const inputs = graph.inputs.map(({ name, tensor, type }) => {
    const input = { label: name }
    const handle = type === undefined ? input : builder.operator(name, 'Cast', [input], castTo(tensor.dtype))
    writer.define(tensor, { handle, axes: inOrder(tensor.shape.length), extents: extentsOf(tensor) })
    return input
  })
  const fed = new Set(graph.inputs.map(({ tensor }) => tensor))
  for (const tensor of traces.order.filter((one) => !fed.has(one))) {
    writer.define(tensor, valueOf(tensor))
    if (options.channelsLast && isImages(tensor)) writer.define(tensor, writer.narrow(tensor))
  }

  function valueOf(tensor: Tensor): Value {
    const [weight, numbers] = [graph.weights.get(tensor), traces.constants.get(tensor)]
    if (weight) return stored(tensor, bytesOf(weight))
    if (numbers) return stored(tensor, rawBytes(tensor.dtype, numbers))
    const origin = traces.originOf(tensor)
    return origin ? writeNamed(origin, tensor, writer) : writeTensor(tensor, writer)
  }
  function stored(tensor: Tensor, rawData: Uint8Array): Value {
    const { path, dtype, shape } = tensor
    const computed = path === '' ? 'constant' : `${path}/constant`
    const label = isKind(tensor, 'input') ? tensor.primitive.name : computed
    const handle = builder.initializer(label, { type: dtype, shape, rawData })
    return { handle, axes: inOrder(shape.length), extents: extentsOf(tensor) }
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
    { ...options.metadata, ...(options.randomInputs ? randomFacts(graph) : {}) },
  )
}

/** What a convolution may give, alone or with its bias. */
const isImages = (tensor: Tensor): boolean =>
  tensor.shape.length >= 4 && (isKind(tensor, 'convolve') || isKind(tensor, 'elementwise'))

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

/** Where a tensor is a weight, that its numbers are those of the tensor. */
function requireWeight(tensor: Tensor, { graph, extentsOf }: Traces): void {
  const values = graph.weights.get(tensor)
  if (values === undefined) return
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
}
