import type { Randomness } from '../../nn/layer.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Variables } from '../../tensor/tree.ts'
import type { Batch } from '../examples/batch.ts'

/** What the discriminator makes of samples. */
export interface Scores {
  /** Logits of every head: one for each sample, or a map of them. */
  readonly logits: readonly Tensor[]
  /** What the errors of an auxiliary classifier cost, f32 []; 0 without one. */
  readonly misclassified: Tensor
  /** What its layers show; see `tap`. */
  readonly features: Variables
}

/** What a step knows of a minibatch. Fakes are made from the latents for the examples, one each. */
export interface Known {
  /** Every field of the examples, [batch, ...]. */
  readonly example: Variables
  /** The field that samples are like, with what players are given. */
  readonly real: Batch
  /** What the generator was given. */
  readonly latents: Tensor
  /** What it made. */
  readonly fake: Batch
  /** What the discriminator makes of the real samples; traced when it is first asked for. */
  realScores(): Scores
  /** What it makes of the fakes. */
  fakeScores(): Scores
  /** What it makes of other samples, or of these beside something else. */
  discriminate(samples: Batch): Scores
  /** Random numbers of this step. */
  readonly random: Randomness
}

/** A named, weighted loss for one player, beside the objective. */
export interface Term {
  /** What logs, reports and TensorBoard call it; unique within a game. */
  readonly name: string
  /** What the loss is multiplied by. Reports show the product. */
  readonly weight: number
  /** f32 [], before the weight. */
  loss(known: Known): Tensor
}

/** The terms of both players. */
export interface Terms {
  /** What the generator pays besides. */
  readonly generator?: readonly Term[]
  /** What the discriminator pays besides. */
  readonly discriminator?: readonly Term[]
}
