import type { Operand, Tensor } from '../tensor.ts'
import { binary } from './apply.ts'
import { ofNumbers } from './function.ts'
import type { ElementwiseFunction, Family } from './function.ts'

const compared = (holds: (a: number, b: number) => boolean): ElementwiseFunction => ({
  ...ofNumbers,
  gives: 'bool',
  reference: (a, b) => (holds(a, b) ? 1 : 0),
  derivative: null,
})

export const comparison: Family<'less' | 'lessEqual' | 'equal'> = {
  less: compared((a, b) => a < b),
  lessEqual: compared((a, b) => a <= b),
  equal: { ...compared((a, b) => a === b), commutes: true },
}

/** a < b, as bool; f32 or i32. */
export const less = binary('less', comparison.less)
/** a <= b, as bool; f32 or i32. */
export const lessEqual = binary('lessEqual', comparison.lessEqual)
/** a = b, as bool; f32 or i32. */
export const equal = binary('equal', comparison.equal)
/** a > b, as bool; f32 or i32. */
export const greater = (a: Operand, b: Operand): Tensor => less(b, a)
/** a >= b, as bool; f32 or i32. */
export const greaterEqual = (a: Operand, b: Operand): Tensor => lessEqual(b, a)
