import { normalizeAxis, range } from '../shape.ts'
import { makeTensor, named, shapeError } from '../tensor.ts'
import type { Attributes, Tensor } from '../tensor.ts'
import { div } from './elementwise.ts'
import { reshape } from './movement.ts'

/** What is reduced, and what is left of it. */
export interface ReduceOptions {
  /** Axes to reduce, negative ones counted from the end; all of them when left out. */
  readonly axes?: readonly number[]
  /** Keep reduced axes with size 1. */
  readonly keep?: boolean
}

/** The axes to reduce, counted from the front, in their order. */
const reducedAxes = ({ shape: { length: rank } }: Tensor, { axes }: ReduceOptions): number[] =>
  (axes ?? range(rank)).map((axis) => normalizeAxis(axis, rank)).toSorted((a, b) => a - b)

function reduce(name: Attributes['reduce']['name'], x: Tensor, options: ReduceOptions): Tensor {
  const { axes, keep = false } = options
  const reduced = reducedAxes(x, options)
  if (reduced.includes(-1) || new Set(reduced).size !== reduced.length) {
    throw shapeError(name, [x], `cannot be reduced along axes ${axes?.join(', ')}`)
  }
  if (x.dtype !== 'f32' && x.dtype !== 'i32') throw shapeError(name, [x], 'takes f32 or i32')
  if (reduced.length === 0) return x
  const shape = x.shape.filter((_, axis) => !reduced.includes(axis))
  const result = makeTensor({ kind: 'reduce', name, axes: reduced }, [x], shape, x.dtype)
  return keep
    ? reshape(
        result,
        x.shape.map((extent, axis) => (reduced.includes(axis) ? 1 : extent)),
      )
    : result
}

/** The sum of the elements along the axes; f32 or i32. */
export const sum = (x: Tensor, options: ReduceOptions = {}): Tensor => reduce('sum', x, options)

/** The largest element along the axes. */
export const maximum = (x: Tensor, options: ReduceOptions = {}): Tensor => reduce('max', x, options)

/** The mean of the elements along the axes; f32. */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  const total = sum(x, options)
  const count = x.shape.reduce((a, b) => a * b, 1) / total.shape.reduce((a, b) => a * b, 1)
  const [end, axes] = [div(total, count), reducedAxes(x, options)]
  return axes.length === 0
    ? end
    : named({ name: 'mean', inputs: [x], attributes: { axes, keep: options.keep ?? false } }, end)
}

/** Index (i32) of the first largest element along the last axis. */
export function argmax(x: Tensor): Tensor {
  if (x.shape.length === 0 || x.dtype !== 'f32') throw shapeError('argmax', [x], 'takes f32 with at least one axis')
  return makeTensor({ kind: 'argmax' }, [x], x.shape.slice(0, -1), 'i32')
}
