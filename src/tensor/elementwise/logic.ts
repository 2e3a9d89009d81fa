import { isFunction, uniformValue } from '../simplify/match.ts'
import { makeTensor, shapeError } from '../tensor.ts'
import type { Operand, Tensor } from '../tensor.ts'
import { binary, sameShapes, sameType, unary } from './apply.ts'
import type { Family } from './function.ts'

const ofBooleans = { operands: ['like', 'like'], accepts: ['bool'], gives: 'like', commutes: true } as const

/** What is done with conditions. */
export const logic: Family<'and' | 'or' | 'not' | 'select'> = {
  and: { ...ofBooleans, reference: (a, b) => a * b, derivative: null, neutral: 1, absorbing: 0 },
  or: { ...ofBooleans, reference: (a, b) => Math.max(a, b), derivative: null, neutral: 0, absorbing: 1 },
  not: {
    operands: ['like'],
    accepts: ['bool'],
    gives: 'like',
    reference: (a) => 1 - a,
    derivative: null,
    simplify: (x) => (isFunction(x, 'not') ? x.inputs[0] : null),
  },
  select: {
    operands: ['bool', 'like', 'like'],
    accepts: ['f32', 'i32', 'u8', 'bool'],
    gives: 'like',
    reference: (condition, yes, no) => (condition === 0 ? no : yes),
    derivative: (g, _y, [condition]) => [null, where(condition, g, 0), where(condition, 0, g)],
    simplify(condition, yes, no) {
      if (yes === no) return yes
      if (isFunction(condition, 'not')) return where(condition.inputs[0], no, yes)
      const value = uniformValue(condition)
      return value === null ? null : value === 0 ? no : yes
    },
  },
}

/** Whether both hold; bool. */
export const and = binary('and', logic.and)
/** Whether one of them holds; bool. */
export const or = binary('or', logic.or)
/** True where x is false; bool. */
export const not = unary('not', logic.not)

/** `yes` where the condition holds, `no` elsewhere. */
export function where(condition: Tensor, yes: Operand, no: Operand): Tensor {
  if (condition.dtype !== 'bool') throw shapeError('where', [condition], 'the condition must be bool')
  const inputs = sameShapes('where', [condition, ...sameType('where', [yes, no])])
  return makeTensor({ kind: 'elementwise', name: 'select', parameter: 0 }, inputs, inputs[0].shape, inputs[1].dtype)
}
