import { broadcast, concat, constant, pad, reshape, sliceAxis } from '../../../tensor/operations/index.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import { range } from '../../../tensor/shape.ts'
import type { Node } from '../node.ts'

/** Windows along one axis: `count` of them, `stride` apart, each of `kernel` elements that are `dilation` apart. */
export interface Windows {
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  /** How far the first window reaches beyond the beginning, and how far beyond the end padding goes. */
  readonly before: number
  readonly after: number
  readonly count: number
}

/** What Conv and the pools say of their windows, direction by direction; `kernel` is what the attribute leaves out. */
export function readWindows(node: Node, extents: readonly number[], kernel: readonly number[] | null): Windows[] {
  const rank = extents.length
  const kernels = node.ints('kernel_shape') ?? kernel
  if (kernels === null) throw node.error("has no attribute 'kernel_shape'")
  if (kernel !== null && kernel.join() !== kernels.join())
    throw node.error(`has the kernel_shape [${kernels.join(', ')}] and a kernel of [${kernel.join(', ')}]`)
  const ones = extents.map(() => 1)
  const strides = node.ints('strides') ?? ones
  const dilations = node.ints('dilations') ?? ones
  const padding = node.text('auto_pad', 'NOTSET')
  const pads = padding === 'NOTSET' ? (node.ints('pads') ?? []) : []
  const roundsUp = node.int('ceil_mode', 0) === 1

  return extents.map((extent, axis) => {
    const window = { kernel: kernels[axis], stride: strides[axis], dilation: dilations[axis] }
    if (![window.kernel, window.stride, window.dilation].every((value) => value >= 1))
      throw node.error('has a kernel, stride or dilation that is no whole number from 1 on')
    node.upTo(window.kernel)
    const span = window.dilation * (window.kernel - 1) + 1
    if (padding === 'SAME_UPPER' || padding === 'SAME_LOWER') {
      const count = Math.ceil(extent / window.stride)
      const all = Math.max(0, (count - 1) * window.stride + span - extent)
      const before = padding === 'SAME_UPPER' ? Math.floor(all / 2) : Math.ceil(all / 2)
      return { ...window, before, after: all - before, count }
    }
    if (padding !== 'NOTSET' && padding !== 'VALID') throw node.error(`has an auto_pad '${padding}', which is unknown`)
    const [before, after] = [pads[axis] ?? 0, pads[axis + rank] ?? 0]
    if (before < 0 || after < 0) throw node.error('has negative padding')
    const steps = (extent + before + after - span) / window.stride
    const count = Math.floor(steps) + 1
    // A window that would begin in the padding behind the input is left out.
    const oneMore = roundsUp && !Number.isInteger(steps) && count * window.stride < extent + before
    if (count < 1) throw node.error(`has a window of ${span} over an input of ${extent} with padding`)
    return { ...window, before, after, count: oneMore ? count + 1 : count }
  })
}

/** An axis with `value` before and behind it; negative numbers cut off. */
export function extended(x: Tensor, axis: number, before: number, after: number, value: number): Tensor {
  const extent = x.shape[axis]
  const first = Math.max(0, -before)
  const kept = sliceAxis(x, axis, first, extent - first - Math.max(0, -after))
  const widths = [Math.max(0, before), Math.max(0, after)]
  if (value === 0) {
    const [front, back] = widths.map((width) => x.shape.map((_, other) => (other === axis ? width : 0)))
    return pad(kept, front, back)
  }
  const [front, back] = widths.map((width) => {
    const shape = x.shape.map((size, other) => (other === axis ? width : size))
    return width === 0 ? [] : [broadcast(constant(value, x.dtype), shape)]
  })
  return concat([...front, kept, ...back], axis)
}

/** An axis cut or continued with `outside`, so that `elementsOf` finds whole strides. */
export function fitted(x: Tensor, axis: number, windows: Windows, outside: number): Tensor {
  const { before } = windows
  return extended(x, axis, before, blocksOf(windows) * windows.stride - x.shape[axis] - before, outside)
}

/**
 * The first element of every window, the second of every window, ...: as many tensors as the kernel is long, with the
 * windows along the axis, which has been fitted. They are views: the axis is cut into blocks as long as the stride, and
 * every element of a window lies at one place of a row of blocks.
 */
export function elementsOf(x: Tensor, axis: number, windows: Windows): Tensor[] {
  const { kernel, stride, dilation, count } = windows
  const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)]
  const inBlocks = reshape(x, [...outer, blocksOf(windows), stride, ...inner])
  return range(kernel).map((index) => {
    const row = sliceAxis(inBlocks, axis, Math.floor((index * dilation) / stride), count)
    return reshape(sliceAxis(row, axis + 1, (index * dilation) % stride, 1), [...outer, count, ...inner])
  })
}

const blocksOf = ({ kernel, stride, dilation, count }: Windows): number =>
  count + Math.floor(((kernel - 1) * dilation) / stride)

/** The windows of a direction that sequences do not have. */
export const oneByOne: Windows = { kernel: 1, stride: 1, dilation: 1, before: 0, after: 0, count: 1 }
