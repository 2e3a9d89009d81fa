import { shapeError } from '../tensor.ts'
import type { Tensor } from '../tensor.ts'
import { apply, binary, unary } from './apply.ts'
import { mul, neg } from './arithmetic.ts'
import { less, lessEqual } from './comparison.ts'
import { ofFloat, ofNumber, ofNumbers } from './function.ts'
import type { Family } from './function.ts'
import { where } from './logic.ts'

/** Functions of straight pieces. */
export const piecewise: Family<'abs' | 'max' | 'min' | 'leakyRelu'> = {
  abs: {
    ...ofNumber,
    reference: Math.abs,
    derivative: (g, _y, [x]) => [where(less(0, x), g, where(less(x, 0), neg(g), 0))],
  },
  // Not Math.max itself: it would take the unused arguments too.
  max: {
    ...ofNumbers,
    reference: (a, b) => Math.max(a, b),
    derivative: (g, _y, [a, b]) => [where(lessEqual(b, a), g, 0), where(lessEqual(b, a), 0, g)],
    commutes: true,
    neutral: -Infinity,
  },
  min: {
    ...ofNumbers,
    reference: (a, b) => Math.min(a, b),
    derivative: (g, _y, [a, b]) => [where(lessEqual(a, b), g, 0), where(lessEqual(a, b), 0, g)],
    commutes: true,
    neutral: Infinity,
  },
  leakyRelu: {
    ...ofFloat,
    // max(a, slope * a); with slope 0 minus infinity must not become NaN.
    reference: (a, _b, _c, slope) => Math.max(a, slope === 0 ? 0 : slope * a),
    // The sign of the output is that of the input, which need not be kept.
    derivative: (g, y, _inputs, slope) => [where(less(0, y), g, slope === 0 ? 0 : mul(g, slope))],
  },
}

/** The size of x without its sign; f32 or i32. */
export const abs = unary('abs', piecewise.abs)
/** The larger of a and b; f32 or i32. */
export const max = binary('max', piecewise.max)
/** The smaller of a and b; f32 or i32. */
export const min = binary('min', piecewise.min)

/** x where x > 0, slope * x elsewhere; slope in [0, 1]. */
export function leakyRelu(x: Tensor, slope = 0.2): Tensor {
  if (!(slope >= 0 && slope <= 1)) throw shapeError('leakyRelu', [x], `the slope must lie in [0, 1], not ${slope}`)
  return apply('leakyRelu', piecewise.leakyRelu, [x], slope)
}

/** max(x, 0); f32. */
export const relu = (x: Tensor): Tensor => leakyRelu(x, 0)
