import { add, div } from '../../../tensor/operations/index.ts'
import type { Tensor } from '../../../tensor/tensor.ts'

/**
 * What both players want, as losses to descend. `real` and `fake` are the discriminator's outputs, of equal shape. They
 * are logits, D(x) = sigmoid(real) and D(G(z)) = sigmoid(fake), but for `leastSquares`, whose outputs are D itself, and
 * `wasserstein`, whose critic gives no probabilities.
 */
export interface Objective {
  /** The loss of the discriminator, f32 []. */
  discriminator(real: Tensor, fake: Tensor): Tensor
  /** The loss of the generator, f32 []. */
  generator(real: Tensor, fake: Tensor): Tensor
  /** Whether the generator's loss depends on the real scores. */
  readonly needsRealInGenerator: boolean
}

/** An objective whose discriminator has a target for each real sample, which `smoothed` lowers. */
export interface TargetObjective extends Objective {
  /** The same with another target than 1 for real samples. */
  withRealTarget(target: number): Objective
}

/** Completes an objective by what its discriminator's loss is for any target. */
export const targeting = (
  rest: Omit<Objective, 'discriminator'>,
  discriminator: (realTarget: number) => Objective['discriminator'],
): TargetObjective => ({
  ...rest,
  discriminator: discriminator(1),
  withRealTarget: (target) => ({ ...rest, discriminator: discriminator(target) }),
})

/** A loss over the logits of every head: the mean of its values for each. */
export function lossOver(
  loss: (real: Tensor, fake: Tensor) => Tensor,
  real: readonly Tensor[],
  fake: readonly Tensor[],
): Tensor {
  const losses = real.map((logits, head) => loss(logits, fake[head]))
  return losses.length === 1 ? losses[0] : div(losses.reduce(add), losses.length)
}
