import { clamp, logSoftmax, softmax } from '../../../tensor/composite.ts'
import {
  abs,
  add,
  div,
  exp,
  leakyRelu,
  less,
  max,
  min,
  mul,
  neg,
  relu,
  softplus,
  sub,
  tanh,
  where,
} from '../../../tensor/operations/index.ts'
import { sizeOf } from '../../../tensor/shape.ts'
import type { Operand, Tensor } from '../../../tensor/tensor.ts'
import type { Node, Operator } from '../node.ts'
import { mapView, placeOf, plain, reshaped, shapeOf } from '../view.ts'
import type { View } from '../view.ts'
import { pointwise, unary } from './pointwise.ts'

/** An activation with numbers of its own: attributes, in this order, with what they are where they are left out. */
const shaped =
  (defaults: Readonly<Record<string, number>>, make: (x: Tensor, ...numbers: number[]) => Tensor): Operator =>
  (node) => {
    const numbers = Object.entries(defaults).map(([name, value]) => node.float(name, value))
    return mapView(node.input(0), (x) => make(x, ...numbers))
  }

const hardSigmoid = (x: Tensor, alpha: number, beta: number): Tensor => clamp(add(mul(x, alpha), beta), 0, 1)

/** exp(x) - 1 below 0, and 0 above, where exp could overflow. */
const below = (x: Tensor): Tensor => sub(exp(min(x, 0)), 1)

/** The error function, by Abramowitz and Stegun 7.1.26: off by 1.5e-7 at most. */
function erf(x: Tensor): Tensor {
  const size = abs(x)
  const t = div(1, add(mul(size, 0.3275911), 1))
  const coefficients = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592]
  const sum = coefficients.reduce<Operand>((sofar, coefficient) => add(mul(sofar, t), coefficient), 0)
  const positive = sub(1, mul(mul(sum, t), exp(neg(mul(x, x)))))
  return where(less(x, 0), neg(positive), positive)
}

const gelu: Operator = (node) => {
  const way = node.text('approximate', 'none')
  if (way === 'none') return mapView(node.input(0), (x) => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1)))
  if (way !== 'tanh') throw node.error(`has an approximation '${way}', which is unknown`)
  const bent = (x: Tensor) => mul(add(x, mul(mul(mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI))
  return mapView(node.input(0), (x) => mul(mul(x, 0.5), add(tanh(bent(x)), 1)))
}

const leaky: Operator = (node) => {
  const alpha = node.float('alpha', 0.01)
  return mapView(node.input(0), (x) =>
    alpha >= 0 && alpha <= 1 ? leakyRelu(x, alpha) : where(less(x, 0), mul(x, alpha), x),
  )
}

const clip: Operator = (node) => {
  const bound = (index: number, name: string): Operand => {
    const view = node.optional(index)
    return view === null ? node.float(name, name === 'min' ? -Infinity : Infinity) : plain(view)
  }
  const [low, high] = [bound(1, 'min'), bound(2, 'max')]
  return mapView(node.input(0), (x) => {
    const raised = low === -Infinity ? x : max(x, low)
    return high === Infinity ? raised : min(raised, high)
  })
}

/** Until version 12 over all axes from one on together, since then along one. */
const overAxis =
  (make: (x: Tensor, axis: number) => Tensor): Operator =>
  (node) => {
    const view = node.input(0)
    const shape = shapeOf(view)
    const isOld = node.version < 13
    const axis = node.axis(node.int('axis', isOld ? 1 : -1), shape.length)
    if (!isOld || axis === shape.length - 1) return mapView(view, (x) => make(x, placeOf(view, axis)))
    return reshaped(
      mapView(rowsFrom(view, axis), (x) => make(x, 1)),
      shape,
    )
  }

const rowsFrom = (view: View, axis: number): View => {
  const shape = shapeOf(view)
  const rows = reshaped(view, [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))])
  return { tensor: plain(rows), order: [0, 1] }
}

const perChannel: Operator = (node: Node) =>
  pointwise([node.input(0), node.input(1)], (x, slopes) => add(max(x, 0), mul(slopes, min(x, 0))))

export const activations: Readonly<Record<string, Operator>> = {
  Relu: unary(relu),
  LeakyRelu: leaky,
  PRelu: perChannel,
  Clip: clip,
  HardSigmoid: shaped({ alpha: 0.2, beta: 0.5 }, hardSigmoid),
  HardSwish: unary((x) => mul(x, hardSigmoid(x, 1 / 6, 0.5))),
  Softsign: unary((x) => div(x, add(abs(x), 1))),
  Mish: unary((x) => mul(x, tanh(softplus(x)))),
  Elu: shaped({ alpha: 1 }, (x, alpha) => add(max(x, 0), mul(below(x), alpha))),
  Celu: shaped({ alpha: 1 }, (x, alpha) => add(max(x, 0), mul(below(div(x, alpha)), alpha))),
  Selu: shaped({ alpha: 1.67326319217681884765625, gamma: 1.05070102214813232421875 }, (x, alpha, gamma) =>
    mul(add(max(x, 0), mul(below(x), alpha)), gamma),
  ),
  Erf: unary(erf),
  Gelu: gelu,
  Softmax: overAxis(softmax),
  LogSoftmax: overAxis(logSoftmax),
}
