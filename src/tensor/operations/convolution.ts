import { greatestCommonDivisor } from '../shape.ts'
import { makeTensor, named, shapeError } from '../tensor.ts'
import type { Convolution, Pair, Shape, Tensor } from '../tensor.ts'
import { broadcast, concat, pad, reshape, slice, transpose } from './movement.ts'
import { constant } from './source.ts'

/** How a kernel walks over images. Numbers hold for both directions, pairs are [down, across]. */
export interface ConvolutionOptions {
  /** Pixels from one position of the kernel to the next; default 1. */
  readonly stride?: number | Pair
  /** Zeros around the image: on every side, or [top and bottom, left and right]; default 0. */
  readonly padding?: number | Pair
  /** Pixels between neighbouring elements of the kernel; default 1. */
  readonly dilation?: number | Pair
  /** Into how many independent parts channels are divided; default 1. */
  readonly groups?: number
}

/** Options of a transposed convolution, named after the convolution that it turns round. */
export interface TransposedConvolutionOptions extends ConvolutionOptions {
  /** Rows and columns to add at the bottom and at the right, of several sizes that the stride allows; default 0. */
  readonly outputPadding?: number | Pair
}

/**
 * Images x [n, h, w, c] under a kernel [kh, kw, c / groups, o] -> [n, h', w', o], as torch.nn.functional.conv2d with the channels
 * last: h' = floor((h + 2 padding - dilation (kh - 1) - 1) / stride) + 1.
 */
export function conv2d(x: Tensor, kernel: Tensor, options: ConvolutionOptions = {}): Tensor {
  const { stride, padding, dilation, groups } = read('conv2d', x, kernel, options)
  const [n, height, width, channels] = x.shape
  const [kh, kw, perGroup, outputs] = kernel.shape
  if (perGroup * groups !== channels || outputs % groups !== 0) {
    const why = `${groups} x ${perGroup} input channels and ${outputs} outputs do not fit ${groups} groups of ${channels} channels`
    throw shapeError('conv2d', [x, kernel], why)
  }
  const size = both((axis) => {
    const span = dilation[axis] * ([kh, kw][axis] - 1) + 1
    return Math.floor(([height, width][axis] + 2 * padding[axis] - span) / stride[axis]) + 1
  })
  if (Math.min(...size) < 1) throw shapeError('conv2d', [x, kernel], 'the kernel is larger than the padded image')
  const offset = both((axis) => -padding[axis])
  const result = convolve(inGroups(x, groups), kernelInGroups(kernel, groups), {
    size,
    stride,
    dilation,
    offset,
    order: 'images',
  })
  return outOfGroups(result, [n, ...size, outputs])
}

/**
 * What conv2d with these options does to gradients: x [n, h, w, c] and a kernel [kh, kw, o / groups, c] -> [n, h', w', o], as
 * torch.nn.functional.conv_transpose2d with the channels last: h' = (h - 1) stride - 2 padding + dilation (kh - 1) + outputPadding + 1.
 * The kernel is that of the convolution from o to c channels.
 */
export function convTranspose2d(x: Tensor, kernel: Tensor, options: TransposedConvolutionOptions = {}): Tensor {
  const { stride, padding, dilation, groups } = read('convTranspose2d', x, kernel, options)
  const more = pairOf(options.outputPadding ?? 0)
  const [n, height, width, channels] = x.shape
  const [kh, kw, perGroup, inputs] = kernel.shape
  if (inputs !== channels || channels % groups !== 0) {
    throw shapeError('convTranspose2d', [x, kernel], `the kernel takes ${inputs} channels, in ${groups} groups`)
  }
  if (!more.every((extra, axis) => extra >= 0 && extra < Math.max(stride[axis], dilation[axis]))) {
    throw shapeError('convTranspose2d', [x, kernel], 'outputPadding must be less than the stride or the dilation')
  }
  const size = both(
    (axis) =>
      ([height, width][axis] - 1) * stride[axis] -
      2 * padding[axis] +
      dilation[axis] * ([kh, kw][axis] - 1) +
      more[axis] +
      1,
  )
  if (Math.min(...size) < 1) throw shapeError('convTranspose2d', [x, kernel], 'nothing is left inside of the padding')
  const offset = both((axis) => -padding[axis])
  const forward = { size: [height, width], stride, dilation, offset, order: 'images' } as const
  const result = spread(inGroups(x, groups), kernelInGroups(kernel, groups), forward, size)
  return outOfGroups(result, [n, ...size, perGroup * groups])
}

/** The primitive: x [g, n, h, w, c] and kernel [g, kh, kw, c, o] -> [g, n, ...size, o]; see Attributes.convolve. */
export function convolve(x: Tensor, kernel: Tensor, walk: Convolution): Tensor {
  const { size, stride, dilation, offset, order } = walk
  const [groups, n, , , channels] = x.shape
  const [kernelGroups, , , kernelChannels, outputs] = kernel.shape
  const fits =
    x.shape.length === 5 && kernel.shape.length === 5 && groups === kernelGroups && channels === kernelChannels
  if (!fits || x.dtype !== 'f32' || kernel.dtype !== 'f32') {
    throw shapeError('convolve', [x, kernel], 'needs f32 [g, n, h, w, c] and [g, kh, kw, c, o] with equal g and c')
  }
  const numbers = [...size, ...stride, ...dilation, ...offset]
  if (!numbers.every(Number.isInteger) || Math.min(...size) < 1 || [...stride, ...dilation].includes(0)) {
    throw shapeError('convolve', [x, kernel], `cannot be walked over by ${JSON.stringify({ size, stride, dilation })}`)
  }
  const shape = order === 'images' ? [groups, n, ...size, outputs] : [groups, ...size, n, outputs]
  return makeTensor({ kind: 'convolve', size, stride, dilation, offset, order }, [x, kernel], shape, 'f32')
}

/**
 * The transpose of `convolve` in its first argument: y [g, n, ...size, o] is spread over an image of `extent`,
 * [g, n, ...extent, c]. Every residue of the image's rows and columns by the stride is a small convolution of y with a part of
 * the kernel; the results are interleaved.
 */
export function spread(y: Tensor, kernel: Tensor, forward: Convolution, extent: Pair): Tensor {
  const [groups, n] = y.shape
  const channels = kernel.shape[3]
  const [down, across] = [0, 1].map((axis) => residuesOf(forward, axis, kernel.shape[axis + 1]))
  const tiles = both((axis) => Math.ceil(extent[axis] / Math.abs(forward.stride[axis])))
  const part = (vertical: Residue, horizontal: Residue): Tensor => {
    if (vertical === null || horizontal === null) return broadcast(constant(0), [groups, n, ...tiles, channels])
    const pair = (of: (residue: NonNullable<Residue>) => number): Pair => [of(vertical), of(horizontal)]
    return convolve(
      y,
      transpose(
        everyNth(
          kernel,
          pair(({ first }) => first),
          pair(({ step }) => step),
        ),
      ),
      {
        size: tiles,
        stride: pair(({ stride }) => stride),
        dilation: pair(({ dilation }) => dilation),
        offset: pair(({ offset }) => offset),
        order: 'images',
      },
    )
  }
  const rows = down.map((vertical) => {
    const columns = across.map((horizontal) =>
      reshape(part(vertical, horizontal), [groups, n, tiles[0], 1, tiles[1], 1, channels]),
    )
    return columns.length === 1 ? columns[0] : concat(columns, 5)
  })
  const interleaved = rows.length === 1 ? rows[0] : concat(rows, 3)
  const whole = reshape(interleaved, [groups, n, tiles[0] * down.length, tiles[1] * across.length, channels])
  const image = slice(whole, [0, 0, 0, 0, 0], [groups, n, ...extent, channels])
  if (!goesForwards(forward)) return image
  const { stride, dilation, offset } = forward
  return named({ name: 'spread', inputs: [y, kernel], attributes: { stride, dilation, offset } }, image)
}

const goesForwards = ({ stride, dilation, offset }: Convolution): boolean =>
  Math.min(...stride, ...dilation) > 0 && Math.max(...offset) <= 0

/** The small convolution that makes the rows (or columns) of one residue; null where no element of the kernel meets them. */
type Residue = {
  /** Which elements of the kernel: from `first` on every `step`. */
  readonly first: number
  readonly step: number
  readonly stride: number
  readonly dilation: number
  readonly offset: number
} | null

/**
 * Row i = residue + |stride| t gets y[o] * kernel[k] for all offset + o stride + k dilation = i. Those k are first, first + step,
 * ..., and o = (residue + |stride| t - offset - k dilation) / stride.
 */
function residuesOf({ stride, dilation, offset }: Convolution, axis: number, elements: number): Residue[] {
  const [by, apart, start] = [stride[axis], dilation[axis], offset[axis]]
  const step = Math.abs(by) / greatestCommonDivisor(Math.abs(by), Math.abs(apart))
  return Array.from({ length: Math.abs(by) }, (_, residue) => {
    const candidates = Array.from({ length: Math.min(step, elements) }, (__, k) => k)
    const first = candidates.find((k) => (residue - start - k * apart) % by === 0)
    if (first === undefined) return null
    return {
      first,
      step,
      stride: Math.sign(by),
      dilation: -(step * apart) / by,
      offset: (residue - start - first * apart) / by,
    }
  })
}

/** Elements first, first + step, ... of a kernel [g, kh, kw, c, o] in both directions. */
function everyNth(kernel: Tensor, first: Pair, step: Pair): Tensor {
  const [groups, kh, kw, channels, outputs] = kernel.shape
  const counts = both((axis) => Math.ceil(([kh, kw][axis] - first[axis]) / step[axis]))
  if (step[0] === 1 && step[1] === 1) return kernel
  // Whole turns of `step` elements; zeros fill the last one.
  const turns = both((axis) => Math.ceil([kh, kw][axis] / step[axis]))
  const filled = both((axis) => turns[axis] * step[axis] - [kh, kw][axis])
  const even = pad(kernel, [0, 0, 0, 0, 0], [0, filled[0], filled[1], 0, 0])
  const split = reshape(even, [groups, turns[0], step[0], turns[1], step[1], channels, outputs])
  const picked = slice(
    split,
    [0, 0, first[0], 0, first[1], 0, 0],
    [groups, counts[0], 1, counts[1], 1, channels, outputs],
  )
  return reshape(picked, [groups, ...counts, channels, outputs])
}

const both = (value: (axis: 0 | 1) => number): Pair => [value(0), value(1)]

const pairOf = (value: number | Pair): Pair => (typeof value === 'number' ? [value, value] : value)

function read(name: string, x: Tensor, kernel: Tensor, options: ConvolutionOptions) {
  const { groups = 1 } = options
  const [stride, padding, dilation] = [options.stride ?? 1, options.padding ?? 0, options.dilation ?? 1].map(pairOf)
  if (x.shape.length !== 4 || kernel.shape.length !== 4) {
    throw shapeError(name, [x, kernel], 'takes images [n, h, w, c] and a kernel of four axes')
  }
  const isWhole = (least: number) => (value: number) => Number.isInteger(value) && value >= least
  const isSound =
    [...stride, ...dilation, groups].every(isWhole(1)) && padding.every(isWhole(0)) && Math.min(...kernel.shape) >= 1
  if (!isSound) {
    throw shapeError(
      name,
      [x, kernel],
      'strides, dilations and groups are whole numbers from 1 on, padding is one from 0 on',
    )
  }
  return { stride, padding, dilation, groups }
}

/** [n, h, w, g * c] -> [g, n, h, w, c] */
function inGroups(x: Tensor, groups: number): Tensor {
  const [n, height, width, channels] = x.shape
  return transpose(reshape(x, [n, height, width, groups, channels / groups]), [3, 0, 1, 2, 4])
}

/** [kh, kw, c, g * o] -> [g, kh, kw, c, o] */
const kernelInGroups = inGroups

/** [g, n, h, w, o] -> [n, h, w, g * o] */
const outOfGroups = (x: Tensor, shape: Shape): Tensor => reshape(transpose(x, [1, 2, 3, 0, 4]), shape)
