import { reachOf } from '../tensor/reach.ts'
import type { Primitive, Tensor } from '../tensor/tensor.ts'
import { repeated } from './extent.ts'
import type { Handle } from './graph-builder.ts'
import { int, ints } from './messages.ts'
import type { Value, Writer } from './writer.ts'

const spatial = [0, 1] as const

/**
 * A convolution as Conv, whose images are [n, g * c, h, w]. Conv walks forwards only: where the kernel is walked over
 * backwards it is turned round, where the output is, the result is. Negative padding is cut off before.
 */
export function writeConvolution(tensor: Tensor, writer: Writer, walk: Primitive<'convolve'>): Value {
  const { size, stride, dilation, order } = walk
  const [x, kernel] = tensor.inputs
  const [groups, , height, width, channels] = x.shape
  const [, kh, kw, , outputs] = kernel.shape
  const operator = (type: string, inputs: readonly Handle[], attributes = [] as Parameters<Writer['operator']>[3]) =>
    writer.operator(tensor, type, inputs, attributes)
  const [, images] = writer.extentsOf(x)
  const fixed = (value: number) => repeated(value, images)
  const shape = (...extents: readonly number[]) => writer.vector('shape', extents.map(fixed))
  const withImages = (...extents: readonly number[]) => writer.vector('shape', [images, ...extents.map(fixed)])

  const reaches = spatial.map((direction) => reachOf(walk, kernel, direction))
  const extents = [height, width]
  const cut = spatial.map((axis) => ({
    from: Math.max(0, reaches[axis].first),
    to: Math.min(extents[axis], reaches[axis].last + 1),
  }))
  const pads = [
    ...spatial.map((axis) => Math.max(0, -reaches[axis].first)),
    ...spatial.map((axis) => Math.max(0, reaches[axis].last + 1 - extents[axis])),
  ]
  const backwards = (along: readonly number[]) => spatial.filter((axis) => along[axis] < 0)
  const turned = (handle: Handle, axes: readonly number[]) =>
    axes.length === 0
      ? handle
      : operator('Slice', [
          handle,
          numbers(axes.map(() => -1)),
          numbers(axes.map(() => -(2 ** 31))),
          numbers(axes),
          numbers(axes.map(() => -1)),
        ])
  const numbers = (values: readonly number[]) => writer.constant('numbers', 'i64', [values.length], values)

  const channelsFirst = operator('Transpose', [writer.full(x)], [ints('perm', [1, 0, 4, 2, 3])])
  const whole = operator('Reshape', [channelsFirst, withImages(groups * channels, height, width)])
  const needsCut = cut.some(({ from, to }, axis) => from > 0 || to < extents[axis])
  const seen = needsCut
    ? operator('Slice', [
        whole,
        numbers(cut.map(({ from }) => from)),
        numbers(cut.map(({ to }) => to)),
        numbers([2, 3]),
      ])
    : whole
  const outputsFirst = operator('Transpose', [writer.full(kernel)], [ints('perm', [0, 4, 3, 1, 2])])
  const weight = turned(
    operator('Reshape', [outputsFirst, shape(groups * outputs, channels, kh, kw)]),
    backwards(dilation).map((axis) => axis + 2),
  )
  const convolved = operator(
    'Conv',
    [seen, weight],
    [
      ints('strides', stride.map(Math.abs)),
      ints('dilations', dilation.map(Math.abs)),
      ints('pads', pads),
      int('group', groups),
    ],
  )
  const forward = turned(
    convolved,
    backwards(stride).map((axis) => axis + 2),
  )
  const grouped = operator('Reshape', [forward, withImages(groups, outputs, ...size)])
  return writer.whole(
    tensor,
    'Transpose',
    [grouped],
    [ints('perm', order === 'images' ? [1, 0, 3, 4, 2] : [1, 3, 4, 0, 2])],
  )
}
