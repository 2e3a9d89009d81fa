import { reshape, transpose } from '../../tensor/operations/index.ts'
import { range, sizeOf } from '../../tensor/shape.ts'
import { isKind } from '../../tensor/tensor.ts'
import type { Shape, Tensor } from '../../tensor/tensor.ts'

/**
 * A value of an ONNX graph and how it stands in memory: axis i of the tensor is axis order[i] of the value. So moving axes costs
 * nothing until an operation asks for another order, and images, which ONNX has channels first, stay as our convolutions
 * want them: channels last.
 */
export interface View {
  readonly tensor: Tensor
  readonly order: readonly number[]
}

/** How images [batch, channels, height, width] stand for convolutions and pools: [batch, height, width, channels]. */
export const channelsLast: readonly number[] = [0, 2, 3, 1]

/** How kernels [out, in, height, width] stand for convolutions: [height, width, in, out]. */
export const kernelOrder: readonly number[] = [2, 3, 1, 0]

/** A tensor as it is; where it is a transpose, what that is made of, so that moves there and back cancel. */
export function viewOf(tensor: Tensor): View {
  if (!isKind(tensor, 'transpose')) return { tensor, order: range(tensor.shape.length) }
  const inner = viewOf(tensor.inputs[0])
  const { permutation } = tensor.primitive
  return { tensor: inner.tensor, order: inner.order.map((axis) => permutation.indexOf(axis)) }
}

/** The shape of the value. */
export const shapeOf = ({ tensor, order }: View): Shape => order.map((_, axis) => tensor.shape[order.indexOf(axis)])

/** The axis of the tensor that is this one of the value. */
export const placeOf = ({ order }: View, axis: number): number => order.indexOf(axis)

/** The tensor with its axes in the order asked for. */
export function standing(view: View, order: readonly number[]): Tensor {
  const permutation = order.map((axis) => placeOf(view, axis))
  return permutation.every((place, axis) => place === axis) ? view.tensor : transpose(view.tensor, permutation)
}

/** The tensor as ONNX has it. */
export const plain = (view: View): Tensor => standing(view, range(view.order.length))

/** The same value after a function that leaves every element in its place. */
export const mapView = ({ tensor, order }: View, change: (tensor: Tensor) => Tensor): View => ({
  tensor: change(tensor),
  order,
})

/** The value with axis i being what was axis permutation[i]. */
export const turned = ({ tensor, order }: View, permutation: readonly number[]): View => ({
  tensor,
  order: order.map((axis) => permutation.indexOf(axis)),
})

/** The tensors of several values, standing alike and of one rank, so that they can be broadcast; and in what order. */
export function aligned(views: readonly View[]): { tensors: Tensor[]; order: readonly number[] } {
  const rank = Math.max(...views.map(({ order }) => order.length))
  const raised = views.map((view) => raise(view, rank))
  const order = orderFor(raised)
  return { tensors: raised.map((view) => standing(view, order)), order }
}

/** The order in which values of one rank move least: that of the largest, of equals the one that has been moved already. */
export function orderFor(views: readonly View[]): readonly number[] {
  const sizes = views.map(({ tensor }) => sizeOf(tensor.shape))
  const largest = views.filter((_, index) => sizes[index] === Math.max(...sizes))
  const isMoved = ({ order }: View) => order.some((axis, place) => axis !== place)
  return (largest.find(isMoved) ?? largest[0]).order
}

/** With axes of size 1 in front. */
function raise({ tensor, order }: View, rank: number): View {
  const added = rank - order.length
  if (added === 0) return { tensor, order }
  return {
    tensor: reshape(tensor, [...range(added).map(() => 1), ...tensor.shape]),
    order: [...range(added), ...order.map((axis) => axis + added)],
  }
}

/** Numbers along one axis of a view, such as one per channel, in a shape that broadcasts to its tensor. */
export function along(numbers: Tensor, view: View, axis: number): Tensor {
  const behind = view.order.length - 1 - placeOf(view, axis)
  return behind === 0 ? numbers : reshape(numbers, [...numbers.shape, ...range(behind).map(() => 1)])
}

/**
 * The value's elements, row-major, in another shape of as many elements. Axes that are split or joined do so where they stand,
 * unless those that are joined stand apart.
 */
export function reshaped(view: View, shape: Shape): View {
  const from = shapeOf(view)
  const groups = groupsOf(from, shape)
  if (groups === null) return viewOf(reshape(plain(view), shape))
  const firstPlace = (axes: readonly number[]) => {
    const places = axes.filter((axis) => from[axis] > 1).map((axis) => placeOf(view, axis))
    return places[0] ?? from.length
  }
  const arranged = groups.toSorted((a, b) => firstPlace(a.from) - firstPlace(b.from))
  const order = arranged.flatMap(({ to }) => to)
  const tensor = standing(
    view,
    arranged.flatMap((group) => group.from),
  )
  return {
    tensor: reshape(
      tensor,
      order.map((axis) => shape[axis]),
    ),
    order,
  }
}

interface Group {
  readonly from: number[]
  readonly to: number[]
}

/** Runs of axes of one shape that hold the same elements as runs of axes of another; null where there are none. */
function groupsOf(a: Shape, b: Shape): Group[] | null {
  const size = sizeOf(a)
  if (a.length === 0 || b.length === 0 || size === 0 || size !== sizeOf(b) || !Number.isSafeInteger(size)) return null
  const groups: Group[] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    const group: Group = { from: [i], to: [j] }
    let [left, right] = [a[i++], b[j++]]
    while (left !== right) {
      if (left < right) {
        group.from.push(i)
        left *= a[i++]
      } else {
        group.to.push(j)
        right *= b[j++]
      }
    }
    groups.push(group)
  }
  // What is left are axes of size 1.
  const last = groups[groups.length - 1]
  last.from.push(...range(a.length).slice(i))
  last.to.push(...range(b.length).slice(j))
  return groups
}
