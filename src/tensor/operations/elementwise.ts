import { commonShape } from '../shape.ts'
import { makeTensor, shapeError } from '../tensor.ts'
import type { DType, ElementwiseName, Operand, Tensor } from '../tensor.ts'
import { broadcast } from './movement.ts'
import { constant } from './source.ts'

/** What a function accepts and gives: `like` = the common type of its (last) operands. */
type Signature = { readonly accepts: readonly DType[]; readonly gives: DType | 'like' }

const float: Signature = { accepts: ['f32'], gives: 'like' }
const number: Signature = { accepts: ['f32', 'i32'], gives: 'like' }
const comparison: Signature = { accepts: ['f32', 'i32'], gives: 'bool' }
const logic: Signature = { accepts: ['bool'], gives: 'like' }

const signatures: Record<Exclude<ElementwiseName, 'select'>, Signature> = {
  neg: number,
  abs: number,
  add: number,
  sub: number,
  mul: number,
  max: number,
  min: number,
  exp: float,
  log: float,
  sqrt: float,
  sin: float,
  cos: float,
  tanh: float,
  sigmoid: float,
  softplus: float,
  floor: float,
  leakyRelu: float,
  div: float,
  less: comparison,
  lessEqual: comparison,
  equal: comparison,
  and: logic,
  or: logic,
  not: logic,
  castF32: { accepts: ['i32', 'u8', 'bool'], gives: 'f32' },
  castI32: { accepts: ['f32', 'u8', 'bool'], gives: 'i32' },
}

function elementwise(name: Exclude<ElementwiseName, 'select'>, operands: readonly Operand[], parameter = 0): Tensor {
  const tensors = sameType(name, operands)
  const { accepts, gives } = signatures[name]
  const dtype = tensors[0].dtype
  if (!accepts.includes(dtype)) throw shapeError(name, tensors, `takes ${accepts.join(' or ')}`)
  const inputs = sameShapes(name, tensors)
  return makeTensor({ kind: 'elementwise', name, parameter }, inputs, inputs[0].shape, gives === 'like' ? dtype : gives)
}

/** Numbers become constants of the tensors' type, which must be one. */
function sameType(name: string, operands: readonly Operand[]): Tensor[] {
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

function sameShapes(name: string, tensors: readonly Tensor[]): Tensor[] {
  const shape = tensors.slice(1).reduce((common, tensor) => {
    const next = commonShape(common, tensor.shape)
    if (next === null) throw shapeError(name, tensors, 'the shapes do not broadcast to one')
    return next
  }, tensors[0].shape)
  return tensors.map((tensor) => broadcast(tensor, shape))
}

const unary =
  (name: Exclude<ElementwiseName, 'select'>) =>
  (x: Operand): Tensor =>
    elementwise(name, [x])
const binary =
  (name: Exclude<ElementwiseName, 'select'>) =>
  (a: Operand, b: Operand): Tensor =>
    elementwise(name, [a, b])

export const neg = unary('neg')
export const abs = unary('abs')
export const exp = unary('exp')
export const log = unary('log')
export const sqrt = unary('sqrt')
export const sin = unary('sin')
export const cos = unary('cos')
export const tanh = unary('tanh')
/** 1 / (1 + exp(-x)), accurate at both ends. */
export const sigmoid = unary('sigmoid')
/** log(1 + exp(x)), accurate at both ends. */
export const softplus = unary('softplus')
export const floor = unary('floor')
export const not = unary('not')

export const add = binary('add')
export const sub = binary('sub')
export const mul = binary('mul')
export const div = binary('div')
export const max = binary('max')
export const min = binary('min')
export const less = binary('less')
export const lessEqual = binary('lessEqual')
export const equal = binary('equal')
export const and = binary('and')
export const or = binary('or')
export const greater = (a: Operand, b: Operand): Tensor => less(b, a)
export const greaterEqual = (a: Operand, b: Operand): Tensor => lessEqual(b, a)

/** x where x > 0, slope * x elsewhere; slope in [0, 1]. */
export function leakyRelu(x: Tensor, slope = 0.2): Tensor {
  if (!(slope >= 0 && slope <= 1)) throw shapeError('leakyRelu', [x], `the slope must lie in [0, 1], not ${slope}`)
  return elementwise('leakyRelu', [x], slope)
}

export const relu = (x: Tensor): Tensor => leakyRelu(x, 0)

/** `yes` where the condition holds, `no` elsewhere. */
export function where(condition: Tensor, yes: Operand, no: Operand): Tensor {
  if (condition.dtype !== 'bool') throw shapeError('where', [condition], 'the condition must be bool')
  const inputs = sameShapes('where', [condition, ...sameType('where', [yes, no])])
  return makeTensor({ kind: 'elementwise', name: 'select', parameter: 0 }, inputs, inputs[0].shape, inputs[1].dtype)
}

/** The same values as another type; f32 to i32 drops the fraction, bool gives 0 and 1. */
export function cast(x: Tensor, dtype: 'f32' | 'i32'): Tensor {
  if (x.dtype === dtype) return x
  return elementwise(dtype === 'f32' ? 'castF32' : 'castI32', [x])
}
