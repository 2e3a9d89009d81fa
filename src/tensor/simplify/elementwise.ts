import { add, broadcast, cast, concat, constant, mul, neg, pad, sub, where } from '../operations/index.ts'
import { onNumbers } from '../rules/meaning.ts'
import { commonShape, range, sameShape } from '../shape.ts'
import { isKind, makeTensor } from '../tensor.ts'
import type { DType, ElementwiseName, Shape, Tensor } from '../tensor.ts'
import { isFunction, isUniform, uniform, uniformValue } from './match.ts'
import type { Rule } from './match.ts'

type Numbers = Partial<Record<ElementwiseName, number>>

const commutative: ReadonlySet<ElementwiseName> = new Set(['add', 'mul', 'max', 'min', 'equal', 'and', 'or'])

/** Whether the two operands may change places. If so, the rules expect a number that is the same everywhere on the right. */
export const isCommutative = (x: Tensor): boolean => isKind(x, 'elementwise') && commutative.has(x.primitive.name)

/** The right operands that leave the left one as it is. (-0 + 0 becomes -0.) */
const neutral: Numbers = { add: 0, sub: 0, mul: 1, div: 1, max: -Infinity, min: Infinity, and: 1, or: 0 }

/** The right operands that decide the result alone. That infinity * 0 is not a number is given up. */
const absorbing: Numbers = { mul: 0, and: 0, or: 1 }

const withNeutral: Rule<'elementwise'> = ({ primitive: { name }, inputs: [a, b] }) => {
  const value = neutral[name]
  return value !== undefined && isUniform(b, value) ? a : null
}

const withAbsorbing: Rule<'elementwise'> = (tensor) => {
  const value = absorbing[tensor.primitive.name]
  return value !== undefined && isUniform(tensor.inputs[1], value) ? uniform(value, tensor) : null
}

/** Constants are computed now, in float64. */
const fold: Rule<'elementwise'> = ({ primitive: { name, parameter }, inputs, dtype }) => {
  const values = inputs.map((input) => (isKind(input, 'constant') ? input.primitive.value : null))
  if (values.includes(null)) return null
  const [a, b = 0, c = 0] = values.map(Number)
  return constant(onNumbers(name, dtype)(a, b, c, parameter), dtype)
}

/** What is repeated alike in all inputs is computed once and then repeated. */
const narrow: Rule<'elementwise'> = ({ primitive, inputs, shape, dtype }) => {
  const sources = inputs.map((input) => (isKind(input, 'broadcast') ? input.inputs[0] : input))
  const common = sources.reduce<Shape>((sofar, source) => commonShape(sofar, source.shape) ?? shape, [])
  if (sameShape(common, shape)) return null
  return broadcast(
    makeTensor(
      primitive,
      sources.map((source) => broadcast(source, common)),
      common,
      dtype,
    ),
    shape,
  )
}

/** The rules of one function, over its inputs; tried in this order. */
const ofFunction: Partial<Record<ElementwiseName, (...inputs: Tensor[]) => Tensor | null>> = {
  neg: (x) => {
    if (isFunction(x, 'neg')) return x.inputs[0]
    if (isFunction(x, 'sub')) return sub(x.inputs[1], x.inputs[0])
    const factor = isFunction(x, 'mul') ? uniformValue(x.inputs[1]) : null
    return factor === null ? null : mul(x.inputs[0], -factor)
  },
  add: (a, b) => {
    if (isFunction(b, 'neg')) return sub(a, b.inputs[0])
    if (isFunction(a, 'neg')) return sub(b, a.inputs[0])
    return joinedPads(a, b)
  },
  sub: (a, b) => {
    if (isFunction(b, 'neg')) return add(a, b.inputs[0])
    return isUniform(a, 0) ? neg(b) : null
  },
  mul: (a, b) => {
    if (isFunction(a, 'neg') && isFunction(b, 'neg')) return mul(a.inputs[0], b.inputs[0])
    const factor = uniformValue(b)
    if (factor === null) return null
    if (factor === -1) return neg(a)
    if (isFunction(a, 'neg')) return mul(a.inputs[0], -factor)
    const inner = isFunction(a, 'mul') ? uniformValue(a.inputs[1]) : null
    if (inner === null) return null
    const product = onNumbers('mul', a.dtype)(inner, factor, 0, 0)
    return holds(product, a.dtype) ? mul(a.inputs[0], product) : null
  },
  div: (a, b) => {
    if (isUniform(a, 0)) return a
    const divisor = uniformValue(b)
    return divisor !== null && isPowerOfTwo(divisor) && holds(1 / divisor, 'f32') ? mul(a, 1 / divisor) : null
  },
  not: (x) => (isFunction(x, 'not') ? x.inputs[0] : null),
  select: (condition, yes, no) => {
    if (yes === no) return yes
    if (isFunction(condition, 'not')) return where(condition.inputs[0], no, yes)
    const value = uniformValue(condition)
    return value === null ? null : value === 0 ? no : yes
  },
  castF32: (x) => castOfSmall(x, 'f32'),
  castI32: (x) => castOfSmall(x, 'i32'),
}

export const elementwiseSimplifications: readonly Rule<'elementwise'>[] = [
  withNeutral,
  withAbsorbing,
  ({ primitive: { name }, inputs }) => ofFunction[name]?.(...inputs) ?? null,
  fold,
  narrow,
]

/** Every number of u8 and bool is one of f32 and of i32, so that a type between two casts changes nothing. */
function castOfSmall(x: Tensor, dtype: 'f32' | 'i32'): Tensor | null {
  if (!isFunction(x, 'castF32') && !isFunction(x, 'castI32')) return null
  const [source] = x.inputs
  return source.dtype === 'u8' || source.dtype === 'bool' ? cast(source, dtype) : null
}

/** Two paddings whose contents are neighbours: what the gradient of splitting a tensor is made of. */
function joinedPads(a: Tensor, b: Tensor): Tensor | null {
  if (!isKind(a, 'pad') || !isKind(b, 'pad')) return null
  const differs = (axis: number) =>
    a.primitive.before[axis] !== b.primitive.before[axis] || a.primitive.after[axis] !== b.primitive.after[axis]
  const [axis, ...others] = range(a.shape.length).filter(differs)
  if (axis === undefined || others.length > 0) return null
  const [first, second] = a.primitive.before[axis] < b.primitive.before[axis] ? [a, b] : [b, a]
  if (first.primitive.before[axis] + first.inputs[0].shape[axis] !== second.primitive.before[axis]) return null
  return pad(concat([first.inputs[0], second.inputs[0]], axis), first.primitive.before, second.primitive.after)
}

const isPowerOfTwo = (value: number): boolean => 2 ** Math.round(Math.log2(Math.abs(value))) === Math.abs(value)

/** Whether the type has the number without losing range; the smallest normal f32 is 2^-126. */
const holds = (value: number, dtype: DType): boolean =>
  dtype !== 'f32' || (Number.isFinite(Math.fround(value)) && Math.abs(value) >= 2 ** -126)
