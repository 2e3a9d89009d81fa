import type { Primitive, Tensor } from '../tensor/tensor.ts'
import type { Value } from './arrangement.ts'
import { writeBiasedConvolution } from './biased-convolution.ts'
import { commonExtents } from './extent.ts'
import { functionForms } from './functions.ts'
import type { Handle } from './graph-builder.ts'
import { writeBiasedProduct } from './product.ts'
import type { Writer } from './writer.ts'

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
  const [type, attributes] = functionForms[name].written(parameter)
  return value(writer.operator(tensor, type, handles, attributes))
}

/** ONNX Runtime's Where has no implementation for booleans. */
function writeChoiceOfFlags(tensor: Tensor, [condition, yes, no]: readonly Handle[], writer: Writer): Handle {
  const otherwise = writer.operator(tensor, 'And', [writer.operator(tensor, 'Not', [condition]), no])
  return writer.operator(tensor, 'Or', [writer.operator(tensor, 'And', [condition, yes]), otherwise])
}
