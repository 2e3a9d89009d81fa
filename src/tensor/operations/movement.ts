import { range, sameShape, sizeOf, commonShape, normalizeAxis } from '../shape.ts'
import { makeTensor, shapeError, showShape } from '../tensor.ts'
import type { Shape, Tensor } from '../tensor.ts'

/** The same value, through which no gradient flows. */
export const stopGradient = (x: Tensor): Tensor => makeTensor({ kind: 'stopGradient' }, [x], x.shape, x.dtype)

/** The same elements, row-major, in another shape; one extent may be -1 (what remains). */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const known = shape.reduce((product, extent) => (extent === -1 ? product : product * extent), 1)
  const resolved = shape.map((extent) => (extent === -1 ? sizeOf(x.shape) / known : extent))
  if (sizeOf(resolved) !== sizeOf(x.shape) || !resolved.every(Number.isInteger)) {
    throw shapeError('reshape', [x], `has ${sizeOf(x.shape)} elements, which do not fill ${showShape(shape)}`)
  }
  return sameShape(resolved, x.shape) ? x : makeTensor({ kind: 'reshape' }, [x], resolved, x.dtype)
}

/** Axis i of the result is axis permutation[i] of x; without a permutation the last two axes change places. */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  const rank = x.shape.length
  const axes = permutation ?? [...range(rank - 2), rank - 1, rank - 2]
  if (rank < 2 && permutation === undefined) throw shapeError('transpose', [x], 'needs two axes')
  if (axes.length !== rank || new Set(axes).size !== rank || axes.some((axis) => normalizeAxis(axis, rank) !== axis)) {
    throw shapeError('transpose', [x], `${showShape(axes)} is no order of its axes`)
  }
  return makeTensor(
    { kind: 'transpose', permutation: axes },
    [x],
    axes.map((axis) => x.shape[axis]),
    x.dtype,
  )
}

/** Repeats x to `shape` by NumPy's rule. */
export function broadcast(x: Tensor, shape: Shape): Tensor {
  const common = commonShape(x.shape, shape)
  if (common === null || !sameShape(common, shape))
    throw shapeError('broadcast', [x], `does not fit ${showShape(shape)}`)
  return sameShape(x.shape, shape) ? x : makeTensor({ kind: 'broadcast' }, [x], shape, x.dtype)
}

/** `size[i]` elements from `start[i]` on along every axis. */
export function slice(x: Tensor, start: readonly number[], size: readonly number[]): Tensor {
  const fits =
    start.length === x.shape.length &&
    size.length === x.shape.length &&
    start.every((first, axis) => first >= 0 && size[axis] >= 0 && first + size[axis] <= x.shape[axis])
  if (!fits) throw shapeError('slice', [x], `start ${showShape(start)}, size ${showShape(size)} is not inside`)
  return sameShape(size, x.shape) ? x : makeTensor({ kind: 'slice', start }, [x], size, x.dtype)
}

/** `count` elements from `first` on along one axis, all of the others. */
export function sliceAxis(x: Tensor, axis: number, first: number, count: number): Tensor {
  const index = normalizeAxis(axis, x.shape.length)
  if (index < 0) throw shapeError('slice', [x], `has no axis ${axis}`)
  const start = x.shape.map((_, other) => (other === index ? first : 0))
  return slice(
    x,
    start,
    x.shape.map((extent, other) => (other === index ? count : extent)),
  )
}

/** Zeros around x: before[i] in front and after[i] behind along axis i. */
export function pad(x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  const rank = x.shape.length
  if (before.length !== rank || after.length !== rank || [...before, ...after].some((width) => width < 0)) {
    throw shapeError('pad', [x], `cannot be padded by ${showShape(before)} and ${showShape(after)}`)
  }
  if ([...before, ...after].every((width) => width === 0)) return x
  return makeTensor(
    { kind: 'pad', before, after },
    [x],
    x.shape.map((n, axis) => n + before[axis] + after[axis]),
    x.dtype,
  )
}

/** The tensors one behind the other along `axis`. */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  if (tensors.length === 0) throw shapeError('concat', [], 'needs at least one tensor')
  const [first, ...rest] = tensors
  const index = normalizeAxis(axis, first.shape.length)
  const fits = (other: Tensor) =>
    other.dtype === first.dtype &&
    other.shape.length === first.shape.length &&
    other.shape.every((extent, i) => i === index || extent === first.shape[i])
  const misfit = rest.find((other) => !fits(other))
  if (index < 0 || misfit) throw shapeError('concat', [first, misfit ?? first], `cannot be joined along axis ${axis}`)
  if (rest.length === 0) return first
  const total = tensors.reduce((sum, tensor) => sum + tensor.shape[index], 0)
  return makeTensor(
    { kind: 'concat', axis: index },
    tensors,
    first.shape.map((n, i) => (i === index ? total : n)),
    first.dtype,
  )
}
