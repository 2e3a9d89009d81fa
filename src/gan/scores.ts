import type { Tensor } from '../tensor/tensor.ts'
import type { Variables } from '../tensor/tree.ts'

/** What the discriminator makes of samples. */
export interface Scores {
  /** Logits of every head: one for each sample, or a map of them. */
  readonly logits: readonly Tensor[]
  /** What the errors of an auxiliary classifier cost, f32 []; 0 without one. */
  readonly misclassified: Tensor
  /** What its layers show; see `tap`. */
  readonly features: Variables
}
