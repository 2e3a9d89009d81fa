import {
  add,
  broadcast,
  concat,
  constant,
  div,
  max,
  maximum,
  mean,
  reshape,
  sliceAxis,
  sum,
} from '../operations/index.ts'
import { range } from '../shape.ts'
import { named, shapeError } from '../tensor.ts'
import type { Tensor } from '../tensor.ts'
import { imageExtents, requireWhole } from './images.ts'

/** Which windows of an image are pooled. */
export interface PoolOptions {
  /** Height and width of a window. */
  readonly kernel: number
  /** Distance between windows; default the kernel. */
  readonly stride?: number
  /** Rows and columns around the image, at most half of the kernel; default 0. */
  readonly padding?: number
}

/**
 * The mean of every window: [batch, h, w, channels] -> [batch, h', w', channels], h' = floor((h + 2 padding - kernel) /
 * stride) + 1. Padding counts as zeros, as in PyTorch.
 */
export function averagePool(x: Tensor, options: PoolOptions): Tensor {
  const windows = windowsOf('averagePool', x, options)
  const means = areTiles(windows)
    ? mean(tilesOf(x, windows), { axes: [2, 4] })
    : div(combined(x, windows, add, 0), windows.kernel ** 2)
  return named({ name: 'pool', inputs: [x], attributes: { way: 'average', ...windows } }, means)
}

/**
 * The largest element of every window, in the shape that `averagePool` gives. Of equal ones the first has the gradient, as
 * in PyTorch, but where the windows lie side by side (stride = kernel, no padding), all of them share it.
 */
export function maxPool(x: Tensor, options: PoolOptions): Tensor {
  const windows = windowsOf('maxPool', x, options)
  const largest = areTiles(windows)
    ? maximum(tilesOf(x, windows), { axes: [2, 4] })
    : combined(x, windows, max, -Infinity)
  return named({ name: 'pool', inputs: [x], attributes: { way: 'max', ...windows } }, largest)
}

/** The mean of every channel: [batch, h, w, channels] -> [batch, channels]. */
export const globalAveragePool = (x: Tensor): Tensor => mean(x, pixels('globalAveragePool', x))

/** The largest element of every channel: [batch, h, w, channels] -> [batch, channels]. */
export const globalMaxPool = (x: Tensor): Tensor => maximum(x, pixels('globalMaxPool', x))

/** The sum of every channel: [batch, h, w, channels] -> [batch, channels]. */
export const globalSumPool = (x: Tensor): Tensor => sum(x, pixels('globalSumPool', x))

function pixels(operation: string, x: Tensor): { axes: number[] } {
  imageExtents(operation, x)
  return { axes: [1, 2] }
}

type Windows = Required<PoolOptions>

function windowsOf(operation: string, x: Tensor, { kernel, stride = kernel, padding = 0 }: PoolOptions): Windows {
  const { height, width } = imageExtents(operation, x)
  requireWhole(operation, x, 'kernel', kernel)
  requireWhole(operation, x, 'stride', stride)
  requireWhole(operation, x, 'padding', padding, 0)
  if (padding > kernel / 2) throw shapeError(operation, [x], `a padding of ${padding} is more than half of the kernel`)
  if (Math.min(height, width) + 2 * padding < kernel)
    throw shapeError(operation, [x], `a window of ${kernel} x ${kernel} does not fit into the image`)
  return { kernel, stride, padding }
}

const areTiles = ({ kernel, stride, padding }: Windows): boolean => stride === kernel && padding === 0

/** [batch, h', kernel, w', kernel, channels]. */
function tilesOf(x: Tensor, { kernel }: Windows): Tensor {
  const [batch, height, width, channels] = x.shape
  const [rows, columns] = [Math.floor(height / kernel), Math.floor(width / kernel)]
  const whole = sliceAxis(sliceAxis(x, 1, 0, rows * kernel), 2, 0, columns * kernel)
  return reshape(whole, [batch, rows, kernel, columns, kernel, channels])
}

type Combine = (a: Tensor, b: Tensor) => Tensor

/** Within rows first, so that of several maxima the first in reading order wins. */
const combined = (x: Tensor, windows: Windows, combine: Combine, outside: number): Tensor =>
  combinedAlong(1, combinedAlong(2, x, windows, combine, outside), windows, combine, outside)

/** An axis cut into blocks as long as the stride: every element of a window lies at one place of a row of blocks. */
function combinedAlong(
  axis: number,
  x: Tensor,
  { kernel, stride, padding }: Windows,
  combine: Combine,
  outside: number,
): Tensor {
  const count = Math.floor((x.shape[axis] + 2 * padding - kernel) / stride) + 1
  const blocks = count + Math.ceil(kernel / stride) - 1
  const fitted = fitAxis(x, axis, padding, blocks * stride, outside)
  const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)]
  const inBlocks = reshape(fitted, [...outer, blocks, stride, ...inner])
  const elements = range(kernel).map((index) => {
    const row = sliceAxis(inBlocks, axis, Math.floor(index / stride), count)
    return reshape(sliceAxis(row, axis + 1, index % stride, 1), [...outer, count, ...inner])
  })
  return elements.reduce((sofar, element) => combine(sofar, element))
}

/** The axis with `before` times `outside` in front, behind it cut off or continued to `length`. */
function fitAxis(x: Tensor, axis: number, before: number, length: number, outside: number): Tensor {
  const kept = Math.min(x.shape[axis], length - before)
  const filled = (count: number): Tensor[] => {
    const shape = x.shape.map((extent, other) => (other === axis ? count : extent))
    return count === 0 ? [] : [broadcast(constant(outside), shape)]
  }
  return concat([...filled(before), sliceAxis(x, axis, 0, kept), ...filled(length - before - kept)], axis)
}
