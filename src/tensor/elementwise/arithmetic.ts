import { joinedPads } from '../simplify/joined-pads.ts'
import { isFunction, isUniform, uniformValue } from '../simplify/match.ts'
import type { DType } from '../tensor.ts'
import { binary, unary } from './apply.ts'
import { ofNumber, ofNumbers, onNumbers } from './function.ts'
import type { Family } from './function.ts'

/** The four operations of arithmetic, and the change of sign. */
export const arithmetic: Family<'neg' | 'add' | 'sub' | 'mul' | 'div'> = {
  neg: {
    ...ofNumber,
    reference: (a) => -a,
    derivative: (g) => [neg(g)],
    simplify(x) {
      if (isFunction(x, 'neg')) return x.inputs[0]
      if (isFunction(x, 'sub')) return sub(x.inputs[1], x.inputs[0])
      const factor = isFunction(x, 'mul') ? uniformValue(x.inputs[1]) : null
      return factor === null ? null : mul(x.inputs[0], -factor)
    },
  },
  add: {
    ...ofNumbers,
    reference: (a, b) => a + b,
    derivative: (g) => [g, g],
    simplify(a, b) {
      if (isFunction(b, 'neg')) return sub(a, b.inputs[0])
      if (isFunction(a, 'neg')) return sub(b, a.inputs[0])
      return joinedPads(a, b)
    },
    commutes: true,
    // -0 + 0 becomes -0.
    neutral: 0,
  },
  sub: {
    ...ofNumbers,
    reference: (a, b) => a - b,
    derivative: (g) => [g, neg(g)],
    simplify(a, b) {
      if (isFunction(b, 'neg')) return add(a, b.inputs[0])
      return isUniform(a, 0) ? neg(b) : null
    },
    neutral: 0,
  },
  mul: {
    ...ofNumbers,
    reference: (a, b) => a * b,
    onIntegers: Math.imul,
    derivative: (g, _y, [a, b]) => [mul(g, b), mul(g, a)],
    simplify(a, b) {
      if (isFunction(a, 'neg') && isFunction(b, 'neg')) return mul(a.inputs[0], b.inputs[0])
      const factor = uniformValue(b)
      if (factor === null) return null
      if (factor === -1) return neg(a)
      if (isFunction(a, 'neg')) return mul(a.inputs[0], -factor)
      const inner = isFunction(a, 'mul') ? uniformValue(a.inputs[1]) : null
      if (inner === null) return null
      const product = onNumbers(arithmetic.mul, a.dtype)(inner, factor, 0, 0)
      return holds(product, a.dtype) ? mul(a.inputs[0], product) : null
    },
    commutes: true,
    neutral: 1,
    // That infinity * 0 is not a number is given up.
    absorbing: 0,
  },
  div: {
    operands: ['like', 'like'],
    accepts: ['f32'],
    gives: 'like',
    reference: (a, b) => a / b,
    derivative: (g, y, [, b]) => [div(g, b), neg(div(mul(g, y), b))],
    simplify(a, b) {
      if (isUniform(a, 0)) return a
      const divisor = uniformValue(b)
      return divisor !== null && isPowerOfTwo(divisor) && holds(1 / divisor, 'f32') ? mul(a, 1 / divisor) : null
    },
    neutral: 1,
  },
}

/** -x; f32 or i32. */
export const neg = unary('neg', arithmetic.neg)
/** a + b; f32 or i32. */
export const add = binary('add', arithmetic.add)
/** a - b; f32 or i32. */
export const sub = binary('sub', arithmetic.sub)
/** a * b, element by element; f32 or i32. */
export const mul = binary('mul', arithmetic.mul)
/** a / b; f32. */
export const div = binary('div', arithmetic.div)

const isPowerOfTwo = (value: number): boolean => 2 ** Math.round(Math.log2(Math.abs(value))) === Math.abs(value)

/** Whether the type has the number without losing range; the smallest normal f32 is 2^-126. */
const holds = (value: number, dtype: DType): boolean =>
  dtype !== 'f32' || (Number.isFinite(Math.fround(value)) && Math.abs(value) >= 2 ** -126)
