import { add, mean, mul, neg, softplus } from '../../../tensor/operations/index.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import { targeting } from './objective.ts'

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

/** Equation 1 of Goodfellow et al. 2014 as it stands: the generator descends E log(1 - D(G(z))). */
export const minimax = targeting(
  { generator: (_real, fake) => neg(negativeLogOfComplement(fake)), needsRealInGenerator: false },
  negativeValue,
)

/** Section 3 of the same: the generator ascends E log D(G(z)), whose gradient is strong where it still loses. */
export const nonSaturating = targeting(
  { generator: (_real, fake) => negativeLogOf(fake), needsRealInGenerator: false },
  negativeValue,
)
