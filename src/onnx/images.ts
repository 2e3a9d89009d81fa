import { range } from '../tensor/shape.ts'
import { isKind } from '../tensor/tensor.ts'
import type { Origin, Tensor } from '../tensor/tensor.ts'
import { featuresFirst } from './arrangement.ts'
import type { Value } from './arrangement.ts'
import type { AttributeProto } from './generated/onnx_pb.ts'
import type { Handle } from './graph-builder.ts'
import { int, ints, text } from './messages.ts'
import type { Writer } from './writer.ts'

const channelsFirst = featuresFirst(4)

/** An operator on images [n, h, w, c], which it takes and gives with their channels first. */
function writeOnImages(
  tensor: Tensor,
  writer: Writer,
  type: string,
  [images, ...more]: readonly [Tensor, ...(Handle | null)[]],
  attributes: readonly AttributeProto[],
): Value {
  return writer.whole(tensor, type, [writer.place(images, channelsFirst), ...more], attributes, channelsFirst)
}

/** Which pixel of the image lies under one of the result. */
const upsampling = {
  nearest: [
    text('mode', 'nearest'),
    text('coordinate_transformation_mode', 'asymmetric'),
    text('nearest_mode', 'floor'),
  ],
  bilinear: [text('mode', 'linear'), text('coordinate_transformation_mode', 'half_pixel')],
}

export function writeUpsample(tensor: Tensor, writer: Writer, { inputs: [x], attributes }: Origin<'upsample'>): Value {
  const { way, factor } = attributes
  const scales = writer.constant('scales', 'f32', [4], [1, 1, factor, factor])
  return writeOnImages(tensor, writer, 'Resize', [x, null, scales], upsampling[way])
}

export const writePixelShuffle = (
  tensor: Tensor,
  writer: Writer,
  { inputs: [x], attributes: { factor } }: Origin<'pixelShuffle'>,
): Value => writeOnImages(tensor, writer, 'DepthToSpace', [x], [int('blocksize', factor), text('mode', 'CRD')])

/** SpaceToDepth has the pixels of a square outside and the channels inside; ours are the other way round. */
export function writePixelUnshuffle(
  tensor: Tensor,
  writer: Writer,
  { inputs: [x], attributes: { factor } }: Origin<'pixelUnshuffle'>,
): Value {
  const deep = writeOnImages(tensor, writer, 'SpaceToDepth', [x], [int('blocksize', factor)])
  const [channels, squares] = [x.shape[3], factor ** 2]
  if (channels === 1) return deep
  const sources = range(channels * squares).map((index) => (index % squares) * channels + Math.floor(index / squares))
  const order = writer.constant('channels', 'i64', [sources.length], sources)
  return writer.whole(tensor, 'Gather', [deep.handle, order], [int('axis', 1)], channelsFirst)
}

const poolings = { average: 'AveragePool', max: 'MaxPool' }

export function writePool(tensor: Tensor, writer: Writer, { inputs: [x], attributes }: Origin<'pool'>): Value {
  const { way, kernel, stride, padding } = attributes
  const images = writer.place(x, channelsFirst)
  const seen = isPadded(x) ? keptZeros(tensor, images, writer) : images
  return writer.whole(
    tensor,
    poolings[way],
    [seen],
    [
      ints('kernel_shape', [kernel, kernel]),
      ints('strides', [stride, stride]),
      ...(padding === 0 ? [] : [ints('pads', [padding, padding, padding, padding])]),
      ...(padding === 0 || way === 'max' ? [] : [int('count_include_pad', 1)]),
    ],
    channelsFirst,
  )
}

/** Whether zeros were put around an image. */
function isPadded(x: Tensor): boolean {
  let seen = x
  while (isKind(seen, 'reshape') || isKind(seen, 'transpose')) [seen] = seen.inputs
  return isKind(seen, 'pad')
}

/**
 * ONNX Runtime (1.30, PadFusion) makes zeros in front of a pool the pool's own padding, which counts as -Infinity in MaxPool (the
 * fault of onnx/optimizer #318) and has to be narrower than the window. An operator in between, which changes nothing, prevents it.
 */
const keptZeros = (tensor: Tensor, images: Handle, writer: Writer): Handle =>
  writer.operator(tensor, 'Max', [images, writer.constant('lowest', 'f32', [], [-Infinity])])

const paddings = { reflect: 'reflect', replicate: 'edge' }

export function writeBorder(tensor: Tensor, writer: Writer, { inputs: [x], attributes }: Origin<'border'>): Value {
  const { way, before, after } = attributes
  const pads = writer.constant('pads', 'i64', [8], [0, 0, ...before, 0, 0, ...after])
  return writeOnImages(tensor, writer, 'Pad', [x, pads], [text('mode', paddings[way])])
}
