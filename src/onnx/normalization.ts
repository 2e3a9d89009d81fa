import type { Origin, Tensor } from '../tensor/tensor.ts'
import { featuresFirst, inOrder, standingExtents } from './arrangement.ts'
import type { Arrangement, Value } from './arrangement.ts'
import { multiplyExtents, repeated } from './extent.ts'
import type { Extent } from './extent.ts'
import type { Handle } from './graph-builder.ts'
import { float, int } from './messages.ts'
import type { Writer } from './writer.ts'

/** What a normalized tensor is, and how ONNX's operators want it: with the features behind the batch. */
function featuresOf(tensor: Tensor, writer: Writer): { axes: Arrangement; features: Extent; extents: Extent[] } {
  const axes = featuresFirst(tensor.shape.length)
  const extents = standingExtents(axes, writer.extentsOf(tensor), writer.one)
  return { axes, features: extents[1], extents }
}

/** One number for every feature; the tensor may be one number for all. */
function vectorOf(parameter: Tensor, features: Extent, writer: Writer): Handle {
  const handle = writer.full(parameter)
  return parameter.shape.length === 0 ? writer.expand(parameter, handle, [], [features]) : handle
}

/** The same number for every feature. */
const everywhere = (value: number, [features]: Extent, writer: Writer): Handle =>
  writer.constant(`${value}`, 'f32', [features], Array<number>(features).fill(value))

export function writeBatchNormalization(
  tensor: Tensor,
  writer: Writer,
  { inputs: [x, ...parameters], attributes: { epsilon } }: Origin<'batchNormalization'>,
): Value {
  const { axes, features } = featuresOf(tensor, writer)
  const vectors = parameters.map((parameter) => vectorOf(parameter, features, writer))
  return writer.whole(
    tensor,
    'BatchNormalization',
    [writer.place(x, axes), ...vectors],
    [float('epsilon', epsilon)],
    axes,
  )
}

export function writeInstanceNormalization(
  tensor: Tensor,
  writer: Writer,
  { inputs: [x, scale, shift], attributes: { epsilon } }: Origin<'instanceNormalization'>,
): Value {
  const { axes, features } = featuresOf(tensor, writer)
  const affine = [scale, shift].map((parameter, index) =>
    parameter === undefined ? everywhere(1 - index, features, writer) : writer.full(parameter),
  )
  const inputs = [writer.place(x, axes), ...affine]
  return writer.whole(tensor, 'InstanceNormalization', inputs, [float('epsilon', epsilon)], axes)
}

export function writeLayerNormalization(
  tensor: Tensor,
  writer: Writer,
  { inputs: [x, ...affine], attributes: { axis, epsilon } }: Origin<'layerNormalization'>,
): Value {
  const rank = tensor.shape.length
  const overFeatures = axis === rank - 1
  const axes = overFeatures ? inOrder(rank) : featuresFirst(rank)
  const parameters = affine.map((parameter) =>
    overFeatures ? writer.full(parameter) : perFeature(tensor, parameter, writer),
  )
  const inputs = [writer.place(x, axes), ...(affine.length === 0 ? [everywhere(1, [1], writer)] : parameters)]
  const attributes = [int('axis', axis), float('epsilon', epsilon)]
  return writer.whole(tensor, 'LayerNormalization', inputs, attributes, axes)
}

/** There is no operator of that name in the versions we write: groups are the instances of another shape. */
export function writeGroupNormalization(
  tensor: Tensor,
  writer: Writer,
  { inputs: [x, scale, shift], attributes: { groups, epsilon } }: Origin<'groupNormalization'>,
): Value {
  const { axes, features, extents } = featuresOf(tensor, writer)
  const size = extents.slice(2).reduce(
    multiplyExtents,
    features.map((count) => count / groups),
  )
  const inGroups = [extents[0], repeated(groups, size), size]
  const instances = writer.reshape(tensor, writer.place(x, axes), extents, inGroups)
  const ones = [1, 0].map((value) => everywhere(value, inGroups[1], writer))
  const normal = writer.operator(tensor, 'InstanceNormalization', [instances, ...ones], [float('epsilon', epsilon)])
  const handle = writer.reshape(tensor, normal, inGroups, extents)
  if (scale === undefined || shift === undefined) return { handle, axes, extents: writer.extentsOf(tensor) }
  const scaled = writer.operator(tensor, 'Mul', [handle, perFeature(tensor, scale, writer)])
  return writer.whole(tensor, 'Add', [scaled, perFeature(tensor, shift, writer)], [], axes)
}

/** A vector of features as it stands for pixels behind them: [features, 1, ...]. */
function perFeature(tensor: Tensor, parameter: Tensor, writer: Writer): Handle {
  const extents = writer.extentsOf(parameter)
  const pixels = tensor.shape.slice(2).map(() => writer.one)
  return writer.reshape(tensor, writer.full(parameter), extents, [...extents, ...pixels])
}
