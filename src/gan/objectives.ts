import { add, mean, neg, softplus, sub } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * What both players want, as losses to descend. `real` and `fake` are logits of equal shape: D(x) = sigmoid(real),
 * D(G(z)) = sigmoid(fake).
 */
export interface Objective {
  /** The loss of the discriminator, f32 []. */
  discriminator(real: Tensor, fake: Tensor): Tensor
  /** The loss of the generator, f32 []. */
  generator(real: Tensor, fake: Tensor): Tensor
  /** Whether the generator's loss depends on the real scores. */
  readonly needsRealInGenerator: boolean
}

/** -log D = softplus(-logit) and -log(1 - D) = softplus(logit): no logarithm of a saturated sigmoid. */
const negativeLogOf = (logits: Tensor): Tensor => mean(softplus(neg(logits)))
const negativeLogOfComplement = (logits: Tensor): Tensor => mean(softplus(logits))

/** -V(D, G) of equation 1: -(E log D(x) + E log(1 - D(G(z)))). */
const negativeValue = (real: Tensor, fake: Tensor): Tensor => add(negativeLogOf(real), negativeLogOfComplement(fake))

const minimax: Objective = {
  discriminator: negativeValue,
  generator: (_real, fake) => neg(negativeLogOfComplement(fake)),
  needsRealInGenerator: false,
}

const nonSaturating: Objective = {
  discriminator: negativeValue,
  generator: (_real, fake) => negativeLogOf(fake),
  needsRealInGenerator: false,
}

const relativisticPaired: Objective = {
  discriminator: (real, fake) => mean(softplus(sub(fake, real))),
  generator: (real, fake) => mean(softplus(sub(real, fake))),
  needsRealInGenerator: true,
}

/** Every objective, by its name. */
export const objectives = {
  /** Equation 1 of Goodfellow et al. 2014 as it stands: the generator descends E log(1 - D(G(z))). */
  minimax,
  /** Section 3 of the same: the generator ascends E log D(G(z)), whose gradient is strong where it still loses. */
  nonSaturating,
  /** Relativistic pairing (Jolicoeur-Martineau 2018; Huang et al. 2024): real and fake outscore each other, by pairs. */
  relativisticPaired,
} as const

/** The name of an objective. */
export type ObjectiveName = keyof typeof objectives
