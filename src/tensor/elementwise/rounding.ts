import { unary } from './apply.ts'
import { ofFloat } from './function.ts'
import type { Family } from './function.ts'

/** Steps: their derivative is 0 wherever they have one. */
export const rounding: Family<'floor' | 'round'> = {
  floor: { ...ofFloat, reference: Math.floor, derivative: null },
  round: { ...ofFloat, reference: halvesToEven, derivative: null },
}

/** The largest whole number that is not above x; f32. */
export const floor = unary('floor', rounding.floor)
/** The nearest whole number, the even one of two that are as near; f32. */
export const round = unary('round', rounding.round)

/** Math.round takes halves up. */
function halvesToEven(a: number): number {
  const nearest = Math.round(a)
  return nearest - a === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest
}
