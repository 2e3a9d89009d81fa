import { reachOf } from '../tensor/reach.ts'
import type { Origin, Primitive, Tensor } from '../tensor/tensor.ts'
import { featuresFirst, separate } from './arrangement.ts'
import type { Arrangement, Value } from './arrangement.ts'
import type { Handle } from './graph-builder.ts'
import { int, ints } from './messages.ts'
import type { Writer } from './writer.ts'

const spatial = [0, 1] as const

type Bias = readonly Handle[]

/** Images [g, n, h, w, c] as Conv has them: [n, g * c, h, w]. */
const imagesForConv: Arrangement = [[1], [0, 4], [2], [3]]
/** Kernels [g, kh, kw, c, o] as Conv has them: [g * o, c, kh, kw]. */
const kernelForConv: Arrangement = [[0, 4], [3], [1], [2]]
/** What Conv gives, where it is [g, h, w, n, o]. */
const positionsFromConv: Arrangement = [[3], [0, 4], [1], [2]]

/**
 * A convolution as Conv. Conv walks forwards only: where the kernel is walked over backwards it is turned round, where the
 * output is, the result is. Negative padding is cut off before.
 */
export function writeConvolution(tensor: Tensor, writer: Writer, walk: Primitive<'convolve'>, bias: Bias = []): Value {
  const { stride, dilation, order } = walk
  const [x, kernel] = tensor.inputs
  const [groups, , ...extents] = x.shape
  const operator = (type: string, inputs: readonly Handle[], attributes = [] as Parameters<Writer['operator']>[3]) =>
    writer.operator(tensor, type, inputs, attributes)
  const numbers = (values: readonly number[]) => writer.constant('numbers', 'i64', [values.length], values)

  const reaches = spatial.map((direction) => reachOf(walk, kernel, direction))
  const cut = spatial.map((axis) => ({
    from: Math.max(0, reaches[axis].first),
    to: Math.min(extents[axis], reaches[axis].last + 1),
  }))
  const pads = [
    ...spatial.map((axis) => Math.max(0, -reaches[axis].first)),
    ...spatial.map((axis) => Math.max(0, reaches[axis].last + 1 - extents[axis])),
  ]
  const backwards = (along: readonly number[]) => spatial.filter((axis) => along[axis] < 0)
  const turnedRound = (handle: Handle, axes: readonly number[]) =>
    axes.length === 0
      ? handle
      : operator('Slice', [
          handle,
          numbers(axes.map(() => -1)),
          numbers(axes.map(() => -(2 ** 31))),
          numbers(axes.map((axis) => axis + 2)),
          numbers(axes.map(() => -1)),
        ])

  const whole = writer.place(x, imagesForConv)
  const needsCut = cut.some(({ from, to }, axis) => from > 0 || to < extents[axis])
  const seen = needsCut
    ? operator('Slice', [
        whole,
        numbers(cut.map(({ from }) => from)),
        numbers(cut.map(({ to }) => to)),
        numbers([2, 3]),
      ])
    : whole
  const weight = turnedRound(writer.place(kernel, kernelForConv), backwards(dilation))
  const convolved = operator(
    'Conv',
    [seen, weight, ...bias],
    [
      ints('strides', stride.map(Math.abs)),
      ints('dilations', dilation.map(Math.abs)),
      ints('pads', pads),
      int('group', groups),
    ],
  )
  return {
    handle: turnedRound(convolved, backwards(stride)),
    axes: order === 'images' ? imagesForConv : positionsFromConv,
    extents: writer.extentsOf(tensor),
  }
}

/** A transposed convolution as ConvTranspose, whose images and kernels stand as those of Conv. */
export function writeSpread(
  tensor: Tensor,
  writer: Writer,
  { inputs: [y, kernel], attributes: { stride, dilation, offset } }: Origin<'spread'>,
  bias: Bias = [],
): Value {
  const [groups] = y.shape
  // Rows and columns of all that is spread, less those in front of the image and its own.
  const behind = spatial.map((axis) => {
    const reach = (y.shape[axis + 2] - 1) * stride[axis] + (kernel.shape[axis + 1] - 1) * dilation[axis]
    return reach + 1 + offset[axis] - tensor.shape[axis + 2]
  })
  return writer.whole(
    tensor,
    'ConvTranspose',
    [writer.place(y, imagesForConv), writer.place(kernel, kernelForConv), ...bias],
    [
      ints('strides', stride),
      ints('dilations', dilation),
      ints(
        'pads',
        [...offset, ...behind].map((width, index) => Math.max(0, index < 2 ? -width : width)),
      ),
      ints(
        'output_padding',
        behind.map((width) => Math.max(0, -width)),
      ),
      int('group', groups),
    ],
    imagesForConv,
  )
}

const channelsFirst = featuresFirst(4)

export function writePointwise(
  tensor: Tensor,
  writer: Writer,
  { inputs: [x, weight, bias] }: Origin<'pointwise'>,
): Value {
  const [channels, units] = writer.extentsOf(weight)
  const matrix = writer.place(weight, separate([1, 0]))
  const kernel = writer.reshape(tensor, matrix, [units, channels], [units, channels, writer.one, writer.one])
  const more = bias === undefined ? [] : [writer.full(bias)]
  return writer.whole(tensor, 'Conv', [writer.place(x, channelsFirst), kernel, ...more], [], channelsFirst)
}
