import { cos, div, less, lessEqual, mul, neg, sigmoid, sin, sub, where } from '../operations/index.ts'
import type { ElementwiseName, Tensor } from '../tensor.ts'

export interface ElementwiseRule {
  /** The function on plain numbers; booleans are 0 and 1. `parameter` is the slope of leakyRelu. */
  readonly meaning: (a: number, b: number, c: number, parameter: number) => number
  /** Gradient of every input from that of the output `y`; null where the function is constant. Left out: constant in all. */
  readonly derivative?: (gradient: Tensor, y: Tensor, inputs: readonly Tensor[], parameter: number) => (Tensor | null)[]
}

const truth = (holds: boolean): number => (holds ? 1 : 0)

/** Derivatives are written with the output where that is possible, so that the input need not be kept in memory. */
export const elementwiseRules: Record<ElementwiseName, ElementwiseRule> = {
  neg: { meaning: (a) => -a, derivative: (g) => [neg(g)] },
  abs: {
    meaning: Math.abs,
    derivative: (g, _y, [x]) => [where(less(0, x), g, where(less(x, 0), neg(g), 0))],
  },
  exp: { meaning: Math.exp, derivative: (g, y) => [mul(g, y)] },
  log: { meaning: Math.log, derivative: (g, _y, [x]) => [div(g, x)] },
  sqrt: { meaning: Math.sqrt, derivative: (g, y) => [div(mul(g, 0.5), y)] },
  sin: { meaning: Math.sin, derivative: (g, _y, [x]) => [mul(g, cos(x))] },
  cos: { meaning: Math.cos, derivative: (g, _y, [x]) => [neg(mul(g, sin(x)))] },
  tanh: { meaning: Math.tanh, derivative: (g, y) => [mul(g, sub(1, mul(y, y)))] },
  sigmoid: {
    meaning: (a) => 1 / (1 + Math.exp(-a)),
    // sigmoid(-x) rather than 1 - y, which loses all digits where y is near 1.
    derivative: (g, y, [x]) => [mul(g, mul(y, sigmoid(neg(x))))],
  },
  softplus: {
    meaning: (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
    derivative: (g, _y, [x]) => [mul(g, sigmoid(x))],
  },
  floor: { meaning: Math.floor },
  leakyRelu: {
    // max(a, slope * a); with slope 0 minus infinity must not become NaN.
    meaning: (a, _b, _c, slope) => Math.max(a, slope === 0 ? 0 : slope * a),
    derivative: (g, y, _inputs, slope) => [where(less(0, y), g, slope === 0 ? 0 : mul(g, slope))],
  },

  add: { meaning: (a, b) => a + b, derivative: (g) => [g, g] },
  sub: { meaning: (a, b) => a - b, derivative: (g) => [g, neg(g)] },
  mul: { meaning: (a, b) => a * b, derivative: (g, _y, [a, b]) => [mul(g, b), mul(g, a)] },
  div: { meaning: (a, b) => a / b, derivative: (g, y, [, b]) => [div(g, b), neg(div(mul(g, y), b))] },
  // Not Math.max itself: it would take the unused arguments too.
  max: {
    meaning: (a, b) => Math.max(a, b),
    derivative: (g, _y, [a, b]) => [where(lessEqual(b, a), g, 0), where(lessEqual(b, a), 0, g)],
  },
  min: {
    meaning: (a, b) => Math.min(a, b),
    derivative: (g, _y, [a, b]) => [where(lessEqual(a, b), g, 0), where(lessEqual(a, b), 0, g)],
  },

  less: { meaning: (a, b) => truth(a < b) },
  lessEqual: { meaning: (a, b) => truth(a <= b) },
  equal: { meaning: (a, b) => truth(a === b) },
  and: { meaning: (a, b) => a * b },
  or: { meaning: (a, b) => Math.max(a, b) },
  not: { meaning: (a) => 1 - a },

  select: {
    meaning: (condition, yes, no) => (condition === 0 ? no : yes),
    derivative: (g, _y, [condition]) => [null, where(condition, g, 0), where(condition, 0, g)],
  },
  castF32: { meaning: (a) => a },
  // Numbers that i32 cannot hold become the nearest that it can, NaN becomes 0: what WebAssembly's saturating conversion does.
  castI32: { meaning: (a) => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(a))) },
}
