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

/** -x; f32 or i32. */
export const neg = unary('neg')
/** The size of x without its sign; f32 or i32. */
export const abs = unary('abs')
/** e to the power x; f32. */
export const exp = unary('exp')
/** The natural logarithm; f32. NaN below 0. */
export const log = unary('log')
/** The square root; f32. NaN below 0. */
export const sqrt = unary('sqrt')
/** The sine of x in radians; f32. */
export const sin = unary('sin')
/** The cosine of x in radians; f32. */
export const cos = unary('cos')
/** The hyperbolic tangent; f32. */
export const tanh = unary('tanh')
/** 1 / (1 + exp(-x)), accurate at both ends. */
export const sigmoid = unary('sigmoid')
/** log(1 + exp(x)), accurate at both ends. */
export const softplus = unary('softplus')
/** The largest whole number that is not above x; f32. */
export const floor = unary('floor')
/** True where x is false; bool. */
export const not = unary('not')

/** a + b; f32 or i32. */
export const add = binary('add')
/** a - b; f32 or i32. */
export const sub = binary('sub')
/** a * b, element by element; f32 or i32. */
export const mul = binary('mul')
/** a / b; f32. */
export const div = binary('div')
/** The larger of a and b; f32 or i32. */
export const max = binary('max')
/** The smaller of a and b; f32 or i32. */
export const min = binary('min')
/** a < b, as bool; f32 or i32. */
export const less = binary('less')
/** a <= b, as bool; f32 or i32. */
export const lessEqual = binary('lessEqual')
/** a = b, as bool; f32 or i32. */
export const equal = binary('equal')
/** Whether both hold; bool. */
export const and = binary('and')
/** Whether one of them holds; bool. */
export const or = binary('or')
/** a > b, as bool; f32 or i32. */
export const greater = (a: Operand, b: Operand): Tensor => less(b, a)
/** a >= b, as bool; f32 or i32. */
export const greaterEqual = (a: Operand, b: Operand): Tensor => lessEqual(b, a)

/** x where x > 0, slope * x elsewhere; slope in [0, 1]. */
export function leakyRelu(x: Tensor, slope = 0.2): Tensor {
  if (!(slope >= 0 && slope <= 1)) throw shapeError('leakyRelu', [x], `the slope must lie in [0, 1], not ${slope}`)
  return elementwise('leakyRelu', [x], slope)
}

/** max(x, 0); f32. */
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
