import type { Shape } from './tensor.ts'

/** Which interval stored bytes 0 ... 255 become: -1 ... 1 (for players that end in tanh) or 0 ... 1 (sigmoid). */
export type DataRange = 'signed' | 'unit'

/** Numbers, f32 in a step. Stored bytes become numbers of `range`; where that is null, numbers have no bounds. */
export interface NumberField {
  /** Numbers. */
  readonly kind: 'numbers'
  /** Of one example. */
  readonly shape: Shape
  /** Which interval its bytes become; null for numbers without bounds. */
  readonly range: DataRange | null
}

/** Whole numbers 0 ... count - 1, i32: a class, a sequence of words. */
export interface WholeField {
  /** Whole numbers. */
  readonly kind: 'whole'
  /** Of one example; [] for a single number. */
  readonly shape: Shape
  /** How many values there are. */
  readonly count: number
}

/** What one example has under a name. */
export type Field = NumberField | WholeField

/** What one example consists of, by name. */
export type Fields = Readonly<Record<string, Field>>

/** Images [height, width, channels] whose numbers have bounds. */
export const imageField = (shape: Shape, range: DataRange): NumberField => ({ kind: 'numbers', shape, range })

/** Numbers without bounds: points, rows of a table, vectors of features. */
export const numberField = (shape: Shape): NumberField => ({ kind: 'numbers', shape, range: null })

/** One of `count` classes. */
export const classField = (count: number): WholeField => ({ kind: 'whole', shape: [], count })

/** A sequence of `length` words of a vocabulary of `count`. */
export const wordsField = (length: number, count: number): WholeField => ({ kind: 'whole', shape: [length], count })
