import type { Tensor } from '../tensor/tensor.ts'
import { stands } from './arrangement.ts'
import type { Value } from './arrangement.ts'
import { writeConvolution, writeSpread } from './convolution.ts'
import { sameExtents } from './extent.ts'
import type { Handle } from './graph-builder.ts'
import type { Writer } from './writer.ts'

/** The sum of a convolution and one number for each of its units, as one operator; null for any other sum. */
export function writeBiasedConvolution(sum: Tensor, writer: Writer): Value | null {
  const found = sum.inputs.map((operand) => convolutionBehind(operand, writer))
  const first = found.findIndex((operand) => operand !== null)
  const [convolution, image, bias] = [found[first], sum.inputs[first], sum.inputs[1 - first]]
  if (!convolution) return null
  const units = sum.shape.length - 1
  const extents = writer.extentsOf(sum).map((extent, axis) => (axis === units ? extent : writer.one))
  const standing = writer.value(image)
  // As the operator gives it: with the units, and nothing else, behind the batch.
  const isUnmoved =
    standing.handle === writer.value(convolution.tensor).handle &&
    stands({ axes: [standing.axes[1]], extents: standing.extents }, [[units]])
  if (!isUnmoved || !sameExtents(writer.value(bias).extents, extents)) return null
  const { handle, axes } = writer.narrow(bias, [[units]])
  const vector = axes.length === 1 ? handle : writer.reshape(sum, handle, [], [extents[units]])
  return { ...standing, handle: convolution.write([vector]).handle }
}

interface Found {
  readonly tensor: Tensor
  write(bias: readonly Handle[]): Value
}

/** The convolution of which a tensor is another view, where nothing else reads it. */
function convolutionBehind(view: Tensor, writer: Writer): Found | null {
  let tensor = view
  while (writer.isPart(tensor, 'reshape') || writer.isPart(tensor, 'transpose')) [tensor] = tensor.inputs
  if (writer.isPart(tensor, 'convolve')) {
    const { primitive } = tensor
    return { tensor, write: (bias) => writeConvolution(tensor, writer, primitive, bias) }
  }
  const origin = writer.nameOfPart(tensor)
  return origin?.name === 'spread' ? { tensor, write: (bias) => writeSpread(tensor, writer, origin, bias) } : null
}
