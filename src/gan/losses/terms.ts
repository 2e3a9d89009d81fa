import { add, mul } from '../../tensor/operations/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Variables } from '../../tensor/tree.ts'
import type { Known, Term } from './term.ts'

export { charbonnier } from './terms/charbonnier.ts'
export { featureMatching, perceptual } from './terms/feature-matching.ts'
export type { FeatureMatching } from './terms/feature-matching.ts'
export { mismatched } from './terms/mismatched.ts'
export { l1, l2 } from './terms/pixel-distance.ts'
export { wordsCrossEntropy } from './terms/words-cross-entropy.ts'

/** Each term's share in a loss, f32 [], by its name. */
export const termShares = (terms: readonly Term[], known: Known): Variables =>
  Object.fromEntries(terms.map(({ name, weight, loss }) => [name, mul(loss(known), weight)]))

/** A loss with the shares of terms. */
export const withShares = (loss: Tensor, shares: Variables): Tensor => Object.values(shares).reduce(add, loss)
