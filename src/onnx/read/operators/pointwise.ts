import type { Tensor } from '../../../tensor/tensor.ts'
import type { Operator } from '../node.ts'
import { aligned, mapView } from '../view.ts'
import type { View } from '../view.ts'

/** A function of elements that stand at one place, narrower values being repeated. */
export function pointwise(views: readonly View[], make: (...tensors: Tensor[]) => Tensor): View {
  const { tensors, order } = aligned(views)
  return { tensor: make(...tensors), order }
}

/** An operation of one input that changes every element for itself. */
export const unary =
  (make: (x: Tensor) => Tensor): Operator =>
  (node) =>
    mapView(node.input(0), make)

/** An operation of two inputs. */
export const binary =
  (make: (a: Tensor, b: Tensor) => Tensor): Operator =>
  (node) =>
    pointwise([node.input(0), node.input(1)], make)

/** An operation of any number of inputs, from one of two. */
export const variadic =
  (make: (a: Tensor, b: Tensor) => Tensor): Operator =>
  (node) => {
    if (node.inputs === 0) throw node.error('has no inputs')
    return pointwise(node.all(), (...tensors) => tensors.reduce((sofar, tensor) => make(sofar, tensor)))
  }
