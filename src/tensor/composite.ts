import {
  abs,
  add,
  broadcast,
  cast,
  constant,
  div,
  equal,
  exp,
  iota,
  less,
  lessEqual,
  log,
  max,
  maximum,
  mean,
  min,
  mul,
  neg,
  randomUniform,
  reshape,
  softplus,
  sqrt,
  stopGradient,
  sub,
  sum,
  where,
} from './operations/index.ts'
import type { RandomSource } from './operations/index.ts'
import type { ReduceOptions } from './operations/reduce.ts'
import { normalizeAxis } from './shape.ts'
import { named, shapeError } from './tensor.ts'
import type { Operand, Tensor } from './tensor.ts'

/** x * x. */
export const square = (x: Tensor): Tensor => mul(x, x)

/** The sum of the squared elements. */
export const sumSquares = (x: Tensor, options: ReduceOptions = {}): Tensor => sum(square(x), options)

/** 1 / sqrt(x). */
export const rsqrt = (x: Tensor): Tensor => div(1, sqrt(x))

/**
 * x to a fixed power. Whole exponents multiply and hold for every x, halves take the square root, others are
 * exp(exponent * log(x)), which needs x > 0.
 */
export function pow(x: Tensor, exponent: number): Tensor {
  if (!Number.isFinite(exponent)) throw shapeError('pow', [x], `the exponent must be a finite number, not ${exponent}`)
  if (exponent === 0.5) return sqrt(x)
  if (exponent === -0.5) return rsqrt(x)
  if (!Number.isInteger(exponent)) return exp(mul(log(x), exponent))
  if (exponent < 0) return div(1, pow(x, -exponent))
  if (exponent === 0) return broadcast(constant(1, x.dtype), x.shape)
  if (exponent === 1) return x
  const even = square(pow(x, Math.floor(exponent / 2)))
  return exponent % 2 === 0 ? even : mul(even, x)
}

/** The number of [low, high] that is nearest to x. */
export const clamp = (x: Operand, low: Operand, high: Operand): Tensor => min(max(x, low), high)

/** log(sigmoid(x)), accurate at both ends. */
export const logSigmoid = (x: Tensor): Tensor => neg(softplus(neg(x)))

/** The largest element along the axes (kept), as a constant; 0 where it is infinite, so that no infinity meets itself. */
function offset(x: Tensor, options: ReduceOptions): Tensor {
  const largest = stopGradient(maximum(x, { ...options, keep: true }))
  return where(less(abs(largest), Infinity), largest, 0)
}

/** log(sum(exp(x))) along the axes. Nothing overflows: the largest element is taken out first. */
export function logSumExp(x: Tensor, options: ReduceOptions = {}): Tensor {
  const largest = offset(x, options)
  const rest = log(sum(exp(sub(x, largest)), options))
  return add(rest, reshape(largest, rest.shape))
}

/** exp(x) / sum(exp(x)) along one axis: numbers in [0, 1] that add up to 1. */
export function softmax(x: Tensor, axis = -1): Tensor {
  const weights = exp(sub(x, offset(x, { axes: [axis] })))
  const attributes = { axis: normalizeAxis(axis, x.shape.length) }
  return named({ name: 'softmax', inputs: [x], attributes }, div(weights, sum(weights, { axes: [axis], keep: true })))
}

/** log(softmax(x)), accurate where softmax(x) is next to 0 or 1. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  const shifted = sub(x, offset(x, { axes: [axis] }))
  const attributes = { axis: normalizeAxis(axis, x.shape.length) }
  const total = sum(exp(shifted), { axes: [axis], keep: true })
  return named({ name: 'logSoftmax', inputs: [x], attributes }, sub(shifted, log(total)))
}

/**
 * The largest of `pieces` linear pieces per unit (Goodfellow et al. 2013): [..., pieces * units] -> [..., units].
 * Column piece * units + unit holds one piece of one unit, so that neighbouring units are neighbours in memory.
 */
export function maxout(x: Tensor, pieces: number): Tensor {
  const units = (x.shape.at(-1) ?? 0) / pieces
  if (!Number.isInteger(units) || units < 1)
    throw shapeError('maxout', [x], `its last axis does not divide into ${pieces} pieces`)
  return maximum(reshape(x, [...x.shape.slice(0, -1), pieces, units]), { axes: [-2] })
}

/** i32 [...] -> f32 [..., classes]: 1 where the class is the index, 0 elsewhere. Indices outside give a row of zeros. */
export const oneHot = (indices: Tensor, classes: number): Tensor =>
  cast(equal(reshape(indices, [...indices.shape, 1]), iota(classes)), 'f32')

/** 1 with the given probability (f32, one for each element), else 0. Streams must differ between uses within a step. */
export const bernoulli = (probability: Tensor, source: RandomSource, stream: number): Tensor =>
  cast(less(randomUniform(source, stream, probability.shape), probability), 'f32')

/**
 * Drops elements with probability `rate` in [0, 1) and scales the kept ones by 1 / (1 - rate), so that the mean stays
 * ("inverted" dropout: nothing to do when the network is used).
 */
export function dropout(x: Tensor, rate: number, source: RandomSource, stream: number): Tensor {
  if (!(rate >= 0 && rate < 1)) throw shapeError('dropout', [x], `the rate must lie in [0, 1), not ${rate}`)
  if (rate === 0) return x
  const kept = lessEqual(rate, randomUniform(source, stream, x.shape))
  return where(kept, mul(x, 1 / (1 - rate)), 0)
}

/** Mean and variance of one set of numbers, or of several side by side. */
export interface Moments {
  /** The sum divided by the count. */
  readonly mean: Tensor
  /** The mean square distance from the mean (divided by the count, not by one less). */
  readonly variance: Tensor
}

/** Mean and variance along the axes, from the distances to the mean, which keeps the digits that E[x^2] - E[x]^2 loses. */
export function moments(x: Tensor, options: ReduceOptions = {}): Moments {
  const center = mean(x, { ...options, keep: true })
  const variance = mean(square(sub(x, center)), options)
  return { mean: reshape(center, variance.shape), variance }
}

/** (x - mean) / sqrt(variance + epsilon): what batch normalisation does with its moments or with running ones. */
export const normalize = (x: Tensor, statistics: Moments, epsilon = 1e-5): Tensor =>
  mul(sub(x, statistics.mean), rsqrt(add(statistics.variance, epsilon)))
