import { stridesOf } from '../tensor/shape.ts'
import { isKind } from '../tensor/tensor.ts'
import type { Shape, Tensor } from '../tensor/tensor.ts'

/** How a tensor is seen in the array of its root: the element at `index` stands at offset + sum(index * strides). */
export interface View {
  readonly root: Tensor
  readonly offset: number
  readonly strides: readonly number[]
}

/** Moves that only change strides are followed to what they move, which is seen as a row-major array. */
export function viewOf(tensor: Tensor): View {
  return movedView(tensor, viewOf) ?? { root: tensor, offset: 0, strides: stridesOf(tensor.shape) }
}

const roots = new WeakMap<Tensor, Tensor>()

/** What a tensor is a view of; asked so often that it is remembered. */
export function rootOf(tensor: Tensor): Tensor {
  const root = roots.get(tensor) ?? viewOf(tensor).root
  roots.set(tensor, root)
  return root
}

/** The view of a tensor whose root is seen like that; null where no strides show it there. */
export const viewIn = (tensor: Tensor, root: View): View | null =>
  tensor === root.root ? root : movedView(tensor, (input) => viewIn(input, root))

/** The view that a reshape, transpose, broadcast or slice is; null for everything that needs memory or work of its own. */
function movedView(tensor: Tensor, viewOfInput: (input: Tensor) => View | null): View | null {
  const [x] = tensor.inputs
  if (isKind(tensor, 'transpose')) {
    const view = viewOfInput(x)
    return view && { ...view, strides: tensor.primitive.permutation.map((axis) => view.strides[axis]) }
  }
  if (isKind(tensor, 'slice')) {
    const view = viewOfInput(x)
    if (view === null) return null
    const moved = tensor.primitive.start.reduce((sum, first, axis) => sum + first * view.strides[axis], view.offset)
    return { ...view, offset: moved }
  }
  if (isKind(tensor, 'broadcast')) {
    const view = viewOfInput(x)
    const added = tensor.shape.length - x.shape.length
    return (
      view && {
        ...view,
        strides: tensor.shape.map((_, axis) =>
          axis < added || x.shape[axis - added] === 1 ? 0 : view.strides[axis - added],
        ),
      }
    )
  }
  if (isKind(tensor, 'reshape')) {
    const view = viewOfInput(x)
    const reshaped = view && reshapeStrides(x.shape, view.strides, tensor.shape)
    return reshaped && { ...view, strides: reshaped }
  }
  return null
}

export const isView = (tensor: Tensor): boolean => rootOf(tensor) !== tensor

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

/** Follows moves back to what they move: where its elements have to stand for the moved ones to stand as they should. */
export function unmoved(part: Tensor, at: readonly number[]): { tensor: Tensor; strides: readonly number[] } {
  let [tensor, strides] = [part, at]
  for (;;) {
    const [input] = tensor.inputs
    if (isKind(tensor, 'transpose')) {
      const { permutation } = tensor.primitive
      const moved = strides
      strides = permutation.map((_, axis) => moved[permutation.indexOf(axis)])
      tensor = input
      continue
    }
    const reshaped = isKind(tensor, 'reshape') ? reshapeStrides(tensor.shape, strides, input.shape) : null
    if (reshaped === null) return { tensor, strides }
    strides = reshaped
    tensor = input
  }
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

/** Whether a tensor with these strides stands row by row, without gaps. */
export const isDense = ({ shape }: Tensor, strides: readonly number[]): boolean => {
  const dense = stridesOf(shape)
  return shape.every((extent, axis) => extent === 1 || strides[axis] === dense[axis])
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
