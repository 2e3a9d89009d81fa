import { UserError } from '../tensor/errors.ts'
import { clamp } from '../tensor/composite.ts'
import { add, cast, constant, cos, div, exp, max, min, mul, sqrt, sub } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** A number that depends on how many updates were made: i32 [] -> f32 []. */
export type Schedule = (step: Tensor) => Tensor

/** The schedule that a number or a schedule stands for. */
export const scheduleOf = (value: number | Schedule): Schedule =>
  typeof value === 'number' ? () => constant(value) : value

/** `initial` divided by `divisor` (> 1) at every update, but never below `floor`. */
export function exponentialDecay(initial: number, divisor: number, floor = 0): Schedule {
  if (!(divisor > 1))
    throw new UserError(`exponentialDecay divides by ${divisor} at every update; give a number above 1.`)
  // exp(-step log divisor): a power of a number so near 1 would lose its digits.
  return (step) => max(mul(initial, exp(mul(cast(step, 'f32'), -Math.log(divisor)))), floor)
}

/** Straight lines through the points, in ascending order of steps; before the first and after the last it stays level. */
export function piecewiseLinear(points: readonly (readonly [step: number, value: number])[]): Schedule {
  const ascending = points.every(([step], index) => index === 0 || step > points[index - 1][0])
  if (points.length === 0 || !ascending) {
    throw new UserError('piecewiseLinear needs at least one point, and each at a later step than the one before it.')
  }
  return (step) =>
    points.slice(1).reduce((value, [end, after], index) => {
      const [start, before] = points[index]
      return add(value, mul(progress(step, start, end), after - before))
    }, constant(points[0][1]))
}

/**
 * initial / sqrt(1 + step / steps): falls fast, then ever more slowly, and needs no planned end (Zhai et al. 2022, "Scaling
 * Vision Transformers", section 3.5), so that a run can be gone on with as if more had been planned from the start.
 */
export const inverseSquareRoot =
  (initial: number, steps: number): Schedule =>
  (step) =>
    div(initial, sqrt(add(div(cast(step, 'f32'), steps), 1)))

/** From one value to another in `steps` updates, then level. */
export const linear = (from: number, to: number, steps: number): Schedule =>
  piecewiseLinear([
    [0, from],
    [steps, to],
  ])

/** From one value to another along half a cosine in `steps` updates, then level. */
export const cosine =
  (from: number, to: number, steps: number): Schedule =>
  (step) =>
    add(mul(add(cos(mul(progress(step, 0, steps), Math.PI)), 1), (from - to) / 2), to)

/** The schedule, multiplied by 1 / steps, 2 / steps, ..., 1 over its first `steps` updates. */
export const warmUp =
  (steps: number, value: number | Schedule): Schedule =>
  (step) =>
    mul(min(div(add(cast(step, 'f32'), 1), steps), 1), scheduleOf(value)(step))

/** How far the way from `start` to `end` is gone, in [0, 1]. */
const progress = (step: Tensor, start: number, end: number): Tensor =>
  clamp(div(sub(cast(step, 'f32'), start), end - start), 0, 1)
