import { add, conv2d, convTranspose2d, mul, reshape, sliceAxis } from '../../../tensor/operations/index.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import type { Node, Operator } from '../node.ts'
import { kernelOrder, plain, reshaped, shapeOf, standing } from '../view.ts'
import type { View } from '../view.ts'
import { bothWays, imagesOf } from './images.ts'
import { elementsOf, extended, fitted, oneByOne, readWindows } from './windows.ts'
import type { Windows } from './windows.ts'

/** Kernels of more elements than this are left to the general convolution, even where every channel has its own. */
const mostTaps = 49

const conv: Operator = (node) => {
  const { tensor: x, extents, result } = imagesOf(node, node.input(0))
  const kernel = kernelOf(node, extents.length)
  const [rows, columns] = bothWays(readWindows(node, extents, shapeOf(node.input(1)).slice(2)), oneByOne)
  const groups = node.int('group', 1)
  const [kh, kw, , outputs] = kernel.shape
  const isDepthwise = groups > 1 && groups === x.shape[3] && groups === outputs && kh * kw <= mostTaps
  const convolve = isDepthwise ? depthwise : general
  return result(biased(node, convolve(x, kernel, rows, columns, groups)))
}

function general(x: Tensor, kernel: Tensor, rows: Windows, columns: Windows, groups: number): Tensor {
  const isEven = rows.before === rows.after && columns.before === columns.after
  const padded = isEven ? x : extended(extended(x, 1, rows.before, rows.after, 0), 2, columns.before, columns.after, 0)
  return conv2d(padded, kernel, {
    stride: [rows.stride, columns.stride],
    dilation: [rows.dilation, columns.dilation],
    padding: isEven ? [rows.before, columns.before] : 0,
    groups,
  })
}

/** One small kernel per channel: sums of shifted images are many times as fast as as many products of one column. */
function depthwise(x: Tensor, kernel: Tensor, rows: Windows, columns: Windows): Tensor {
  const [kh, kw, , channels] = kernel.shape
  const weights = reshape(kernel, [kh * kw, channels])
  const framed = fitted(fitted(x, 1, rows, 0), 2, columns, 0)
  return elementsOf(framed, 1, rows)
    .flatMap((row) => elementsOf(row, 2, columns))
    .map((element, index) => mul(element, sliceAxis(weights, 0, index, 1)))
    .reduce(add)
}

const convTranspose: Operator = (node) => {
  const { tensor: x, extents, result } = imagesOf(node, node.input(0))
  const kernel = kernelOf(node, extents.length)
  const sizes = shapeOf(node.input(1)).slice(2)
  const [rows, columns] = bothWays(readSpread(node, extents, sizes), {
    stride: 1,
    dilation: 1,
    before: 0,
    after: 0,
    more: 0,
  })
  const least = [rows, columns].map(({ before, after }) => Math.min(before, after))
  const spread = convTranspose2d(x, kernel, {
    stride: [rows.stride, columns.stride],
    dilation: [rows.dilation, columns.dilation],
    padding: [least[0], least[1]],
    outputPadding: [rows.more, columns.more],
    groups: node.int('group', 1),
  })
  const cut = [rows, columns].reduce(
    (whole, { before, after }, axis) => extended(whole, axis + 1, least[axis] - before, least[axis] - after, 0),
    spread,
  )
  return result(biased(node, cut))
}

interface Spread {
  readonly stride: number
  readonly dilation: number
  readonly before: number
  readonly after: number
  /** Rows to add behind, of several sizes that the stride allows. */
  readonly more: number
}

function readSpread(node: Node, extents: readonly number[], sizes: readonly number[]): Spread[] {
  const rank = extents.length
  const [strides, dilations, more, pads, shape] = [
    'strides',
    'dilations',
    'output_padding',
    'pads',
    'output_shape',
  ].map((name) => node.ints(name) ?? [])
  const padding = node.text('auto_pad', 'NOTSET')
  const isSame = padding === 'SAME_UPPER' || padding === 'SAME_LOWER'
  return extents.map((extent, axis) => {
    const spread = { stride: strides[axis] ?? 1, dilation: dilations[axis] ?? 1, more: more[axis] ?? 0 }
    const wanted = shape.length > 0 ? shape.slice(-rank)[axis] : isSame ? extent * spread.stride : null
    if (wanted === null) return { ...spread, before: pads[axis] ?? 0, after: pads[axis + rank] ?? 0 }
    const whole = spread.stride * (extent - 1) + spread.more + spread.dilation * (sizes[axis] - 1) + 1
    if (wanted > whole) throw node.error(`is to make ${wanted} of ${extent}, more than its kernel reaches`)
    const less = Math.floor((whole - wanted) / 2)
    const before = padding === 'SAME_UPPER' ? less : whole - wanted - less
    return { ...spread, before, after: whole - wanted - before }
  })
}

/** [height, width, in, out], as our convolutions want it; of sequences one row high. */
function kernelOf(node: Node, directions: number): Tensor {
  const kernel = node.input(1)
  const [outputs, inputs, ...sizes] = shapeOf(kernel)
  if (sizes.length !== directions) throw node.error('has a kernel of other axes than its input')
  const view: View = directions === 1 ? reshaped(kernel, [outputs, inputs, 1, ...sizes]) : kernel
  return standing(view, kernelOrder)
}

function biased(node: Node, images: Tensor): Tensor {
  const bias = node.optional(2)
  return bias === null ? images : add(images, plain(bias))
}

export const convolutions: Readonly<Record<string, Operator>> = { Conv: conv, ConvTranspose: convTranspose }
