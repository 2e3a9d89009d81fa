import type { Randomness } from '../nn/layer.ts'
import { square } from '../tensor/composite.ts'
import { add, max, mean, mul, randomNormal, randomUniform, sqrt, sub, sum } from '../tensor/operations/index.ts'
import { range } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'

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

/** gamma / 2 * E |grad D(x)|^2 over real samples (Mescheder et al. 2018). */
export const r1 = (gamma: number): Penalty => ({ name: 'r1', on: 'real', value: halfSquaredLength(gamma) })

/** gamma / 2 * E |grad D(G(z))|^2 over fakes (Mescheder et al. 2018). */
export const r2 = (gamma: number): Penalty => ({ name: 'r2', on: 'fake', value: halfSquaredLength(gamma) })

/**
 * lambda * E (|grad D(p)| - 1)^2 over points p anywhere between a real sample and a fake, as WGAN-GP has it (Gulrajani et
 * al. 2017). Takes a pass of its own.
 */
export const gradientPenalty = (lambda = 10): Penalty => ({
  name: 'gradientPenalty',
  on: (real, fake, random) => {
    const share = randomUniform(random.source, random.stream(), [real.shape[0], ...real.shape.slice(1).map(() => 1)])
    return add(fake, mul(sub(real, fake), share))
  },
  value: squaredDistanceFromOne(lambda),
})

/**
 * lambda * E (|grad D(x + noise)| - 1)^2 around real samples (Kodali et al. 2017): normal noise of half the deviation that
 * all numbers of the batch have, as in the authors' code. Takes a pass of its own.
 */
export const dragan = (lambda = 10): Penalty => ({
  name: 'dragan',
  on: (real, _fake, { source, stream }) => {
    const deviation = sqrt(mean(square(sub(real, mean(real)))))
    return add(real, mul(randomNormal(source, stream(), real.shape), mul(deviation, 0.5)))
  },
  value: squaredDistanceFromOne(lambda),
})

/** Every penalty, by its name, as a function of its weight. */
export const penalties = { r1, r2, gradientPenalty, dragan } as const satisfies Record<
  string,
  (weight: number) => Penalty
>

/** The name of a penalty. */
export type PenaltyName = keyof typeof penalties

function halfSquaredLength(gamma: number): Penalty['value'] {
  return (gradients) => mul(sum(square(gradients)), gamma / 2 / gradients.shape[0])
}

/** Where no slope is at all, a length has no derivative: below this square it is taken for level. */
const leastSquare = 1e-30

function squaredDistanceFromOne(lambda: number): Penalty['value'] {
  return (gradients) => {
    const squares = sum(square(gradients), { axes: range(gradients.shape.length).slice(1) })
    return mul(mean(square(sub(sqrt(max(squares, leastSquare)), 1))), lambda)
  }
}
