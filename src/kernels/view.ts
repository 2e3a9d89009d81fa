import { stridesOf } from '../tensor/shape.ts'
import { isKind } from '../tensor/tensor.ts'
import type { Shape, Tensor } from '../tensor/tensor.ts'

/** How a tensor is seen in the row-major array of its root: the element at `index` stands at offset + sum(index * strides). */
export interface View {
  readonly root: Tensor
  readonly offset: number
  readonly strides: readonly number[]
}

/** What stands in memory is seen as it is; moves that only change strides are followed to what they move. */
export function viewOf(tensor: Tensor): View {
  return movedView(tensor) ?? { root: tensor, offset: 0, strides: stridesOf(tensor.shape) }
}

/** The view that a reshape, transpose, broadcast or slice is; null for everything that needs memory or work of its own. */
function movedView(tensor: Tensor): View | null {
  if (isKind(tensor, 'transpose')) {
    const { root, offset, strides } = viewOf(tensor.inputs[0])
    return { root, offset, strides: tensor.primitive.permutation.map((axis) => strides[axis]) }
  }
  if (isKind(tensor, 'slice')) {
    const { root, offset, strides } = viewOf(tensor.inputs[0])
    const moved = tensor.primitive.start.reduce((sum, first, axis) => sum + first * strides[axis], offset)
    return { root, offset: moved, strides }
  }
  if (isKind(tensor, 'broadcast')) {
    const [x] = tensor.inputs
    const { root, offset, strides } = viewOf(x)
    const added = tensor.shape.length - x.shape.length
    return {
      root,
      offset,
      strides: tensor.shape.map((_, axis) => (axis < added || x.shape[axis - added] === 1 ? 0 : strides[axis - added])),
    }
  }
  if (isKind(tensor, 'reshape')) {
    const { root, offset, strides } = viewOf(tensor.inputs[0])
    const reshaped = reshapeStrides(tensor.inputs[0].shape, strides, tensor.shape)
    return reshaped && { root, offset, strides: reshaped }
  }
  return null
}

export const isView = (tensor: Tensor): boolean => movedView(tensor) !== null

/** Strides under which the same elements, in row-major order, have shape `to`; null where no strides do that. */
export function reshapeStrides(from: Shape, strides: readonly number[], to: Shape): number[] | null {
  const runs = mergeAxes(from, [strides])
  const result: number[] = []
  let axis = to.length - 1
  for (let run = runs.extents.length - 1; run >= 0; run--) {
    let stride = runs.strides[0][run]
    let remaining = runs.extents[run]
    while (remaining > 1) {
      if (axis < 0 || remaining % to[axis] !== 0) return null
      result.unshift(to[axis] === 1 ? 0 : stride)
      stride *= to[axis]
      remaining /= to[axis]
      axis--
    }
  }
  for (; axis >= 0; axis--) result.unshift(0)
  return result
}

/** Axes of a loop nest with the strides of each of its operands. */
export interface Axes {
  readonly extents: readonly number[]
  /** strides[operand][axis]. */
  readonly strides: readonly (readonly number[])[]
}

/** Drops axes of size 1 and joins neighbouring axes that every operand walks through without a seam. */
export function mergeAxes(shape: Shape, operands: readonly (readonly number[])[]): Axes {
  const extents: number[] = []
  const strides: number[][] = operands.map(() => [])
  shape.forEach((extent, axis) => {
    if (extent === 1) return
    const last = extents.length - 1
    const seamless = last >= 0 && operands.every((operand, i) => strides[i][last] === operand[axis] * extent)
    if (!seamless) {
      extents.push(extent)
      operands.forEach((operand, i) => strides[i].push(operand[axis]))
      return
    }
    extents[last] *= extent
    operands.forEach((operand, i) => (strides[i][last] = operand[axis]))
  })
  return { extents, strides }
}

/** A shape without its axes of size 1. */
export const squeeze = (shape: Shape): number[] => shape.filter((extent) => extent !== 1)

/** Follows reshapes that only add or drop axes of size 1, which change nothing for element-by-element work. */
export function peel(tensor: Tensor): Tensor {
  let peeled = tensor
  while (isKind(peeled, 'reshape') && squeeze(peeled.shape).join() === squeeze(peeled.inputs[0].shape).join()) {
    peeled = peeled.inputs[0]
  }
  return peeled
}
