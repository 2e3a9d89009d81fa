import { pow, rsqrt, square } from '../../../tensor/composite.ts'
import { add, mean, mul, sub } from '../../../tensor/operations/index.ts'
import { range } from '../../../tensor/shape.ts'
import type { Operator } from '../node.ts'
import { along, mapView, placeOf, plain, shapeOf } from '../view.ts'
import type { View } from '../view.ts'
import { pointwise } from './pointwise.ts'
import { elementsOf, fitted } from './windows.ts'

/** With the statistics that the file brings; as one factor and one summand per channel. */
const batchNormalization: Operator = (node) => {
  if (node.int('training_mode', 0) !== 0) throw node.error('is in training mode; export the model for use')
  const view = node.input(0)
  const [scale, shift, center, variance] = [1, 2, 3, 4].map((index) => plain(node.input(index)))
  const factor = mul(rsqrt(add(variance, node.float('epsilon', 1e-5))), scale)
  const summand = sub(shift, mul(center, factor))
  return mapView(view, (x) => add(mul(x, along(factor, view, 1)), along(summand, view, 1)))
}

/** With each image's own mean and variance per channel. */
const instanceNormalization: Operator = (node) => {
  const view = node.input(0)
  const [scale, shift] = [1, 2].map((index) => along(plain(node.input(index)), view, 1))
  const pixels = range(view.order.length).slice(2)
  return mapView(normalized(view, pixels, node.float('epsilon', 1e-5)), (x) => add(mul(x, scale), shift))
}

/** With each sample's own mean and variance over all axes from one on. */
const layerNormalization: Operator = (node) => {
  if (node.outputs > 1) throw node.error('is asked for its statistics, which are not known here')
  const view = node.input(0)
  const rank = view.order.length
  const first = node.axis(node.int('axis', -1), rank)
  const whole = normalized(view, range(rank).slice(first), node.float('epsilon', 1e-5))
  const scaled = pointwise([whole, node.input(1)], mul)
  return node.has(2) ? pointwise([scaled, node.input(2)], add) : scaled
}

/** Minus the mean and divided by the root of the variance, both over these axes of the value. */
function normalized(view: View, over: readonly number[], epsilon: number): View {
  const options = { axes: over.map((axis) => placeOf(view, axis)), keep: true }
  return mapView(view, (x) => {
    const distance = sub(x, mean(x, options))
    return mul(distance, rsqrt(add(mean(square(distance), options), epsilon)))
  })
}

/** Divided by a power of the sum of squares of neighboring channels (Krizhevsky et al. 2012, section 3.3). */
const localResponse: Operator = (node) => {
  const view = node.input(0)
  const size = node.int('size')
  if (node.upTo(size).length < 1) throw node.error('has a size that is no whole number from 1 on')
  const [alpha, beta, bias] = [node.float('alpha', 1e-4), node.float('beta', 0.75), node.float('bias', 1)]
  const axis = placeOf(view, 1)
  const windows = {
    kernel: size,
    stride: 1,
    dilation: 1,
    before: Math.floor((size - 1) / 2),
    after: 0,
    count: shapeOf(view)[1],
  }
  return mapView(view, (x) => {
    const total = elementsOf(fitted(square(x), axis, windows, 0), axis, windows).reduce(add)
    return mul(x, pow(add(mul(total, alpha / size), bias), -beta))
  })
}

export const normalizations: Readonly<Record<string, Operator>> = {
  BatchNormalization: batchNormalization,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
  LRN: localResponse,
}
