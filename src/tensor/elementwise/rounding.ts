import { unary } from './apply.ts'
import { ofFloat } from './function.ts'
import type { Family } from './function.ts'

/** Steps: their derivative is 0 wherever they have one. */
export const rounding: Family<'floor'> = {
  floor: { ...ofFloat, reference: Math.floor, derivative: null },
}

/** The largest whole number that is not above x; f32. */
export const floor = unary('floor', rounding.floor)
