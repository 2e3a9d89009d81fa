import type { DType, ElementwiseName, Tensor } from '../tensor.ts'

/** An elementwise function, but for the code that computes it: what it takes, gives and means, its derivative and its algebra. */
export interface ElementwiseFunction {
  /** What each operand is: of the common type ('like'), or a condition. */
  readonly operands: readonly ('like' | 'bool')[]
  /** Which common types it takes. */
  readonly accepts: readonly DType[]
  /** The type of the result; 'like' is the common type. */
  readonly gives: DType | 'like'
  /** The reference implementation, on plain numbers; booleans are 0 and 1. `parameter` is the slope of leakyRelu. */
  readonly reference: (a: number, b: number, c: number, parameter: number) => number
  /** The same on whole numbers of 32 bits, where float64 has too few digits for the reference implementation. */
  readonly onIntegers?: (a: number, b: number) => number
  /** Gradient of every operand from that of the output `y`, null for an operand that has none; null where it is 0 everywhere. */
  readonly derivative:
    | ((gradient: Tensor, y: Tensor, inputs: readonly Tensor[], parameter: number) => (Tensor | null)[])
    | null
  /** A simpler tensor of the same value, or null; the inputs are simplified already. */
  readonly simplify?: (...inputs: Tensor[]) => Tensor | null
  /** Whether its two operands may change places. */
  readonly commutes?: boolean
  /** The right operand that leaves the left one as it is. */
  readonly neutral?: number
  /** The right operand that decides the result alone. */
  readonly absorbing?: number
}

/** Functions that belong together; the names make sure that none is forgotten. */
export type Family<Names extends ElementwiseName> = Readonly<Record<Names, ElementwiseFunction>>

type Types = Pick<ElementwiseFunction, 'operands' | 'accepts' | 'gives'>

export const ofFloat: Types = { operands: ['like'], accepts: ['f32'], gives: 'like' }
export const ofNumber: Types = { operands: ['like'], accepts: ['f32', 'i32'], gives: 'like' }
export const ofNumbers: Types = { operands: ['like', 'like'], accepts: ['f32', 'i32'], gives: 'like' }

/** The function on numbers as the element type of its result has them: i32 wraps round, as on every machine. */
export function onNumbers(
  { reference, onIntegers }: ElementwiseFunction,
  dtype: DType,
): (a: number, b: number, c: number, parameter: number) => number {
  if (dtype !== 'i32') return reference
  return onIntegers ?? ((a, b, c, parameter) => reference(a, b, c, parameter) | 0)
}
