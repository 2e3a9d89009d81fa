import { logSoftmax, oneHot } from '../tensor/composite.ts'
import { mul, sum } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Labels } from './labeled.ts'

/**
 * A game whose samples belong to classes. Labels reach every layer of both players as `mode.labels`: a player depends on
 * them where it has a layer that reads them (`concatenation`, `projection`, `conditionalBatchNorm`).
 */
export interface Condition {
  /** How many classes there are; labels are 0 ... classes - 1. */
  readonly classes: number
  /** Where it is given, the discriminator ends in 1 + classes numbers: its logit, and those of the classes. */
  readonly classifier?: Classifier
}

/** What the discriminator's naming of classes is worth. */
export interface Classifier {
  /** What records call it. */
  readonly name: string
  /** What both players pay, f32 []: the discriminator for real and fake samples, the generator for fakes. */
  loss(logits: Tensor, labels: Labels): Tensor
}

/**
 * The auxiliary classifier (Odena et al. 2017): the discriminator names the class of real and fake samples alike, and the
 * generator makes samples whose class is plain. Both pay the mean cross-entropy, times a weight.
 */
export const auxiliaryClassifier = (weight = 1): Classifier => ({
  name: 'auxiliaryClassifier',
  loss: (logits, { indices, classes }) =>
    mul(sum(mul(logSoftmax(logits), oneHot(indices, classes))), -weight / logits.shape[0]),
})
