import { square } from '../tensor/composite.ts'
import { UserError } from '../tensor/errors.ts'
import { add, div, mean, mul, neg, relu, softplus, sub } from '../tensor/operations/index.ts'
import type { Operand, Tensor } from '../tensor/tensor.ts'

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

/** -log D = softplus(-logit) and -log(1 - D) = softplus(logit): no logarithm of a saturated sigmoid. */
const negativeLogOf = (logits: Tensor): Tensor => mean(softplus(neg(logits)))
const negativeLogOfComplement = (logits: Tensor): Tensor => mean(softplus(logits))

/** The mean of -(t log D + (1 - t) log(1 - D)), by log(1 - D) = log D - logit. */
const crossEntropy = (logits: Tensor, target: number): Tensor =>
  target === 1 ? negativeLogOf(logits) : add(negativeLogOf(logits), mul(mean(logits), 1 - target))

/** -V(D, G) of equation 1: -(E log D(x) + E log(1 - D(G(z)))). */
const negativeValue =
  (realTarget: number) =>
  (real: Tensor, fake: Tensor): Tensor =>
    add(crossEntropy(real, realTarget), negativeLogOfComplement(fake))

/** A loss over the logits of every head: the mean of its values for each. */
export function lossOver(
  loss: (real: Tensor, fake: Tensor) => Tensor,
  real: readonly Tensor[],
  fake: readonly Tensor[],
): Tensor {
  const losses = real.map((logits, head) => loss(logits, fake[head]))
  return losses.length === 1 ? losses[0] : div(losses.reduce(add), losses.length)
}

const halfSquare = (x: Tensor): Tensor => mul(mean(square(x)), 0.5)

/** Completes an objective by what its discriminator's loss is for any target. */
const targeting = (
  rest: Omit<Objective, 'discriminator'>,
  discriminator: (realTarget: number) => Objective['discriminator'],
): TargetObjective => ({
  ...rest,
  discriminator: discriminator(1),
  withRealTarget: (target) => ({ ...rest, discriminator: discriminator(target) }),
})

const minimax = targeting(
  { generator: (_real, fake) => neg(negativeLogOfComplement(fake)), needsRealInGenerator: false },
  negativeValue,
)

const nonSaturating = targeting(
  { generator: (_real, fake) => negativeLogOf(fake), needsRealInGenerator: false },
  negativeValue,
)

const leastSquares = targeting(
  { generator: (_real, fake) => halfSquare(sub(fake, 1)), needsRealInGenerator: false },
  (target) => (real, fake) => add(halfSquare(sub(real, target)), halfSquare(fake)),
)

const wasserstein: Objective = {
  discriminator: (real, fake) => sub(mean(fake), mean(real)),
  generator: (_real, fake) => neg(mean(fake)),
  needsRealInGenerator: false,
}

const hinge: Objective = {
  discriminator: (real, fake) => add(mean(relu(sub(1, real))), mean(relu(add(fake, 1)))),
  generator: (_real, fake) => neg(mean(fake)),
  needsRealInGenerator: false,
}

/** The mean of -log sigmoid(winner - loser): that one side outscores the other. */
const outscoring = (winner: Operand, loser: Operand): Tensor => mean(softplus(sub(loser, winner)))

const relativisticPaired: Objective = {
  discriminator: (real, fake) => outscoring(real, fake),
  generator: (real, fake) => outscoring(fake, real),
  needsRealInGenerator: true,
}

/** That every member of one side outscores the other's mean, and is outscored by no member of it. */
const outscoringMean = (winner: Tensor, loser: Tensor): Tensor =>
  add(outscoring(winner, mean(loser)), outscoring(mean(winner), loser))

const relativisticAverage: Objective = {
  discriminator: (real, fake) => outscoringMean(real, fake),
  generator: (real, fake) => outscoringMean(fake, real),
  needsRealInGenerator: true,
}

/** Every objective, by its name. */
export const objectives = {
  /** Equation 1 of Goodfellow et al. 2014 as it stands: the generator descends E log(1 - D(G(z))). */
  minimax,
  /** Section 3 of the same: the generator ascends E log D(G(z)), whose gradient is strong where it still loses. */
  nonSaturating,
  /** Mao et al. 2017: outputs are to be 1 for real samples and 0 for fakes; the generator wants 1. Half the squares. */
  leastSquares,
  /**
   * Arjovsky et al. 2017: the critic's mean over real samples less that over fakes, which nears a distance only while
   * its slopes are bounded: with `penalties.gradientPenalty` or `weightClipping`.
   */
  wasserstein,
  /** Lim and Ye 2017, Miyato et al. 2018: what is beyond a margin of 1 on its own side costs nothing. */
  hinge,
  /** Relativistic pairing (Jolicoeur-Martineau 2018; Huang et al. 2024): real and fake outscore each other, by pairs. */
  relativisticPaired,
  /** Relativistic average (Jolicoeur-Martineau 2018): each side is to outscore the other's mean; both halves summed. */
  relativisticAverage,
} as const

/** The name of an objective. */
export type ObjectiveName = keyof typeof objectives

/** Every name of an objective. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a constant table
export const objectiveNames = Object.keys(objectives) as ObjectiveName[]

/**
 * One-sided label smoothing (Salimans et al. 2016): the discriminator's target for real samples is 1 - smoothing, so that
 * it gains nothing by being ever surer. Fakes keep 0, and the generator's loss stays as it is.
 * @param smoothing in [0, 0.5); throws a UserError elsewhere.
 */
export function smoothed(objective: TargetObjective, smoothing: number): Objective {
  if (!(smoothing >= 0 && smoothing < 0.5)) {
    throw new UserError(`Labels cannot be smoothed by ${smoothing}; give a number in [0, 0.5).`)
  }
  return objective.withRealTarget(1 - smoothing)
}
