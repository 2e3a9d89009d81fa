import { pow } from '../../../tensor/composite.ts'
import {
  add,
  cast,
  div,
  equal,
  exp,
  floor,
  greater,
  greaterEqual,
  less,
  log,
  max,
  min,
  mul,
  neg,
  not,
  sub,
  where,
} from '../../../tensor/operations/index.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import { knownNumbers } from '../known.ts'
import type { Operator } from '../node.ts'
import { dtypeOf, typeName } from '../stored.ts'
import { mapView } from '../view.ts'
import { binary, pointwise, unary, variadic } from './pointwise.ts'

const float = (x: Tensor): Tensor => cast(x, 'f32')

/** Whole numbers are divided towards 0. Their quotients are exact below 2^24, and any that are known now beyond that. */
const quotient = (a: Tensor, b: Tensor): Tensor =>
  a.dtype === 'i32' ? cast(div(float(a), float(b)), 'i32') : div(a, b)

/** What is left of whole numbers, with the sign of the divisor. */
const remainder = (a: Tensor, b: Tensor): Tensor => sub(a, mul(b, cast(floor(div(float(a), float(b))), 'i32')))

const modulo: Operator = (node) => {
  const views = [node.input(0), node.input(1)]
  if (node.int('fmod', 0) !== 0 || views.some(({ tensor }) => tensor.dtype !== 'i32'))
    throw node.error('is known here for whole numbers without fmod only')
  return pointwise(views, remainder)
}

const power: Operator = (node) => {
  const [base, exponent] = [node.input(0), node.input(1)]
  const known = knownNumbers(exponent)
  if (known?.length === 1 && exponent.order.length <= base.order.length) return mapView(base, (x) => pow(x, known[0]))
  return pointwise([base, exponent], (x, y) => exp(mul(float(y), log(x))))
}

const sameNumbers = (a: Tensor, b: Tensor): Tensor =>
  a.dtype === 'bool' ? equal(cast(a, 'i32'), cast(b, 'i32')) : equal(a, b)

const convert: Operator = (node) => {
  const type = node.int('to')
  const dtype = dtypeOf(type)
  const view = node.input(0)
  if (dtype === view.tensor.dtype) return view
  if (dtype === 'f32' || dtype === 'i32') return mapView(view, (x) => cast(x, dtype))
  if (dtype === 'bool') return mapView(view, (x) => not(equal(float(x), 0)))
  throw node.error(`makes numbers of type ${typeName(type)}, which is not known here`)
}

const choose: Operator = (node) =>
  pointwise([node.input(0), node.input(1), node.input(2)], (condition, yes, no) => where(condition, yes, no))

const average: Operator = (node) => mapView(variadicSum(node), (sum) => div(sum, node.inputs))
const variadicSum = (node: Parameters<Operator>[0]) => pointwise(node.all(), (...tensors) => tensors.reduce(add))

export const arithmetic: Readonly<Record<string, Operator>> = {
  Ceil: unary((x) => neg(floor(neg(x)))),
  Sign: unary((x) => sub(float(less(0, x)), float(less(x, 0)))),
  Reciprocal: unary((x) => div(1, x)),
  Div: binary(quotient),
  Mod: modulo,
  Pow: power,
  Max: variadic(max),
  Min: variadic(min),
  Sum: variadic(add),
  Mean: average,
  Greater: binary(greater),
  GreaterOrEqual: binary(greaterEqual),
  Equal: binary(sameNumbers),
  Xor: binary((a, b) => not(sameNumbers(a, b))),
  Where: choose,
  Cast: convert,
}
