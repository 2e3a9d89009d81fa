import { broadcast } from '../operations/movement.ts'
import { constant } from '../operations/source.ts'
import { commonShape } from '../shape.ts'
import { makeTensor, shapeError } from '../tensor.ts'
import type { ElementwiseName, Operand, Tensor } from '../tensor.ts'
import type { ElementwiseFunction } from './function.ts'

/** The tensor that a function makes of its operands, which must fit it and one another. */
export function apply(
  name: ElementwiseName,
  { accepts, gives }: ElementwiseFunction,
  operands: readonly Operand[],
  parameter = 0,
): Tensor {
  const tensors = sameType(name, operands)
  const dtype = tensors[0].dtype
  if (!accepts.includes(dtype)) throw shapeError(name, tensors, `takes ${accepts.join(' or ')}`)
  const inputs = sameShapes(name, tensors)
  return makeTensor({ kind: 'elementwise', name, parameter }, inputs, inputs[0].shape, gives === 'like' ? dtype : gives)
}

export const unary =
  (name: ElementwiseName, definition: ElementwiseFunction) =>
  (x: Operand): Tensor =>
    apply(name, definition, [x])

export const binary =
  (name: ElementwiseName, definition: ElementwiseFunction) =>
  (a: Operand, b: Operand): Tensor =>
    apply(name, definition, [a, b])

/** Numbers become constants of the tensors' type, which must be one. */
export function sameType(name: string, operands: readonly Operand[]): Tensor[] {
  const dtype = operands.find((operand) => typeof operand !== 'number')?.dtype ?? 'f32'
  const tensors = operands.map((operand) => (typeof operand === 'number' ? constant(operand, dtype) : operand))
  const fraction = operands
    .filter((operand) => typeof operand === 'number')
    .find((value) => dtype === 'i32' && !Number.isInteger(value))
  if (fraction !== undefined) throw shapeError(name, tensors, `${fraction} is no whole number; cast the tensor to f32`)
  if (tensors.some((tensor) => tensor.dtype !== dtype))
    throw shapeError(name, tensors, 'the types differ; cast one of them')
  return tensors
}

/** The tensors broadcast to one shape. */
export function sameShapes(name: string, tensors: readonly Tensor[]): Tensor[] {
  const shape = tensors.slice(1).reduce((common, tensor) => {
    const next = commonShape(common, tensor.shape)
    if (next === null) throw shapeError(name, tensors, 'the shapes do not broadcast to one')
    return next
  }, tensors[0].shape)
  return tensors.map((tensor) => broadcast(tensor, shape))
}
