import type { ElementwiseName, Primitive, Tensor } from '../tensor/tensor.ts'
import type { Value } from './arrangement.ts'
import { writeBiasedConvolution } from './biased-convolution.ts'
import { commonExtents } from './extent.ts'
import type { AttributeProto } from './generated/onnx_pb.ts'
import type { Handle } from './graph-builder.ts'
import { castTo, float } from './messages.ts'
import { writeBiasedProduct } from './product.ts'
import type { Writer } from './writer.ts'

type Operator = readonly [type: string, attributes?: readonly AttributeProto[]]

const named = (type: string) => (): Operator => [type]

/** Every function's operator, from the function's parameter. */
const operators: Record<ElementwiseName, (parameter: number) => Operator> = {
  neg: named('Neg'),
  abs: named('Abs'),
  exp: named('Exp'),
  log: named('Log'),
  sqrt: named('Sqrt'),
  sin: named('Sin'),
  cos: named('Cos'),
  tanh: named('Tanh'),
  sigmoid: named('Sigmoid'),
  softplus: named('Softplus'),
  floor: named('Floor'),
  leakyRelu: (slope) => (slope === 0 ? ['Relu'] : ['LeakyRelu', [float('alpha', slope)]]),
  add: named('Add'),
  sub: named('Sub'),
  mul: named('Mul'),
  div: named('Div'),
  max: named('Max'),
  min: named('Min'),
  less: named('Less'),
  lessEqual: named('LessOrEqual'),
  equal: named('Equal'),
  and: named('And'),
  or: named('Or'),
  not: named('Not'),
  select: named('Where'),
  castF32: () => ['Cast', castTo('f32')],
  castI32: () => ['Cast', castTo('i32')],
}

/** One operator, over operands that it repeats by itself where they are narrower than the tensor. */
export function writeElementwise(tensor: Tensor, writer: Writer, { name, parameter }: Primitive<'elementwise'>): Value {
  const biased = name === 'add' ? (writeBiasedProduct(tensor, writer) ?? writeBiasedConvolution(tensor, writer)) : null
  if (biased !== null) return biased
  const axes = writer.common(tensor)
  const inputs = tensor.inputs.map((input) => writer.narrow(input, axes))
  const handles = inputs.map(({ handle }) => handle)
  const deepest = inputs.reduce((a, b) => (b.axes.length > a.axes.length ? b : a))
  const extents = inputs.map((input) => input.extents).reduce(commonExtents)
  const value = (handle: Handle): Value => ({ handle, axes: deepest.axes, extents })
  if (name === 'select' && tensor.dtype === 'bool') return value(writeChoiceOfFlags(tensor, handles, writer))
  const [type, attributes] = operators[name](parameter)
  return value(writer.operator(tensor, type, handles, attributes))
}

/** ONNX Runtime's Where has no implementation for booleans. */
function writeChoiceOfFlags(tensor: Tensor, [condition, yes, no]: readonly Handle[], writer: Writer): Handle {
  const otherwise = writer.operator(tensor, 'And', [writer.operator(tensor, 'Not', [condition]), no])
  return writer.operator(tensor, 'Or', [writer.operator(tensor, 'And', [condition, yes]), otherwise])
}
