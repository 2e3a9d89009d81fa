import { logSoftmax, oneHot } from '../../tensor/composite.ts'
import { mul, sum } from '../../tensor/operations/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'

/**
 * A game whose samples belong to classes. They are the field `class` of an example, and reach every layer of both players as `mode.given.class`: a player depends on
 * them where it has a layer that reads them (`concatenation`, `projection`, `conditionalBatchNorm`).
 */
export interface Condition {
  /** How many classes there are; labels are 0 ... classes - 1. */
  readonly classes: number
  /** Where it is given, the discriminator ends in 1 + classes numbers: its logit, and those of the classes. */
  readonly classifier?: Classifier
}

/** What it is worth that the discriminator names classes. */
export interface Classifier {
  /** What records call it. */
  readonly name: string
  /**
   * What both players pay, f32 []: the discriminator for real and fake samples, the generator for fakes.
   * @param logits [batch, classes].
   * @param indices the true classes, i32 [batch].
   */
  loss(logits: Tensor, indices: Tensor): Tensor
}

/**
 * The auxiliary classifier (Odena et al. 2017): the discriminator names the class of real and fake samples alike, and the
 * generator makes samples whose class is plain. Both pay the mean cross-entropy, times a weight.
 */
export const auxiliaryClassifier = (weight = 1): Classifier => ({
  name: 'auxiliaryClassifier',
  loss: (logits, indices) =>
    mul(sum(mul(logSoftmax(logits), oneHot(indices, logits.shape[1]))), -weight / logits.shape[0]),
})
