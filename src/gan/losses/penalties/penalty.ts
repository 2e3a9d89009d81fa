import type { Randomness } from '../../../nn/layer.ts'
import { square } from '../../../tensor/composite.ts'
import { add, max, mean, mul, randomUniform, sqrt, sub, sum } from '../../../tensor/operations/index.ts'
import { range } from '../../../tensor/shape.ts'
import type { Tensor } from '../../../tensor/tensor.ts'

/** Points for a penalty to look at, [batch, ...], made of as many real and fake samples. */
export type PointsOf = (real: Tensor, fake: Tensor, random: Randomness) => Tensor

/** What the discriminator pays for the gradient of its logits by its input, so that it stays smooth around the samples. */
export interface Penalty {
  /** What reports and records call it. */
  readonly name: string
  /** Where it looks: at samples, which the discriminator judges anyway, or at points of its own. */
  readonly on: 'real' | 'fake' | PointsOf
  /** A scalar from the gradient of every point's logit by that point, [batch, ...]. */
  value(inputGradients: Tensor): Tensor
}

/** A point anywhere between each real sample and its fake. */
export const pointsBetween: PointsOf = (real, fake, random) => {
  const share = randomUniform(random.source, random.stream(), [real.shape[0], ...real.shape.slice(1).map(() => 1)])
  return add(fake, mul(sub(real, fake), share))
}

/** gamma / 2 times the mean squared length of the gradients. */
export function halfSquaredLength(gamma: number): Penalty['value'] {
  return (gradients) => mul(sum(square(gradients)), gamma / 2 / gradients.shape[0])
}

/** Where no slope is at all, a length has no derivative: below this square it is taken for level. */
const leastSquare = 1e-30

/** lambda times the mean squared distance of their lengths from 1. */
export function squaredDistanceFromOne(lambda: number): Penalty['value'] {
  return (gradients) => {
    const squares = sum(square(gradients), { axes: range(gradients.shape.length).slice(1) })
    return mul(mean(square(sub(sqrt(max(squares, leastSquare)), 1))), lambda)
  }
}
