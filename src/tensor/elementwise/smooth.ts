import { unary } from './apply.ts'
import { div, mul, neg, sub } from './arithmetic.ts'
import { ofFloat } from './function.ts'
import type { Family } from './function.ts'

/** Functions of calculus. Derivatives are written with the output where possible, so that the input need not be kept in memory. */
export const smooth: Family<'exp' | 'log' | 'sqrt' | 'sin' | 'cos' | 'tanh' | 'sigmoid' | 'softplus'> = {
  exp: { ...ofFloat, reference: Math.exp, derivative: (g, y) => [mul(g, y)] },
  log: { ...ofFloat, reference: Math.log, derivative: (g, _y, [x]) => [div(g, x)] },
  sqrt: { ...ofFloat, reference: Math.sqrt, derivative: (g, y) => [div(mul(g, 0.5), y)] },
  sin: { ...ofFloat, reference: Math.sin, derivative: (g, _y, [x]) => [mul(g, cos(x))] },
  cos: { ...ofFloat, reference: Math.cos, derivative: (g, _y, [x]) => [neg(mul(g, sin(x)))] },
  tanh: { ...ofFloat, reference: Math.tanh, derivative: (g, y) => [mul(g, sub(1, mul(y, y)))] },
  sigmoid: {
    ...ofFloat,
    reference: (a) => 1 / (1 + Math.exp(-a)),
    // sigmoid(-x) rather than 1 - y, which loses all digits where y is near 1.
    derivative: (g, y, [x]) => [mul(g, mul(y, sigmoid(neg(x))))],
  },
  softplus: {
    ...ofFloat,
    reference: (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
    derivative: (g, _y, [x]) => [mul(g, sigmoid(x))],
  },
}

/** e to the power x; f32. */
export const exp = unary('exp', smooth.exp)
/** The natural logarithm; f32. NaN below 0. */
export const log = unary('log', smooth.log)
/** The square root; f32. NaN below 0. */
export const sqrt = unary('sqrt', smooth.sqrt)
/** The sine of x in radians; f32. */
export const sin = unary('sin', smooth.sin)
/** The cosine of x in radians; f32. */
export const cos = unary('cos', smooth.cos)
/** The hyperbolic tangent; f32. */
export const tanh = unary('tanh', smooth.tanh)
/** 1 / (1 + exp(-x)), accurate at both ends. */
export const sigmoid = unary('sigmoid', smooth.sigmoid)
/** log(1 + exp(x)), accurate at both ends. */
export const softplus = unary('softplus', smooth.softplus)
