import type { Randomness } from '../nn/layer.ts'
import { logSoftmax, oneHot, square } from '../tensor/composite.ts'
import { UserError } from '../tensor/errors.ts'
import { abs, add, concat, div, mean, mul, neg, sliceAxis, stopGradient, sub, sum } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Variables } from '../tensor/tree.ts'
import { mapRecord } from './batch.ts'
import type { Batch } from './batch.ts'
import { lossOver } from './objectives.ts'
import type { Objective } from './objectives.ts'
import type { Scores } from './scores.ts'

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

/** Each term's share in a loss, f32 [], by its name. */
export const termShares = (terms: readonly Term[], known: Known): Variables =>
  Object.fromEntries(terms.map(({ name, weight, loss }) => [name, mul(loss(known), weight)]))

/** A loss with the shares of terms. */
export const withShares = (loss: Tensor, shares: Variables): Tensor => Object.values(shares).reduce(add, loss)

/** Mean distance from the example's own sample, number by number: E |x - G(z)| (Isola et al. 2017, equation 3). */
export const l1 = (weight: number): Term => ({
  name: 'l1',
  weight,
  loss: ({ real, fake }) => mean(abs(sub(real.values, fake.values))),
})

/** Mean squared distance from the example's own sample. */
export const l2 = (weight: number): Term => ({
  name: 'l2',
  weight,
  loss: ({ real, fake }) => mean(square(sub(real.values, fake.values))),
})

/** How features are compared. */
export interface FeatureMatching {
  /**
   * 'pairs': each fake with its own example, mean absolute distance (Wang et al. 2018, pix2pixHD). 'means': the mean features of
   * both minibatches, squared distance (Salimans et al. 2016, section 3.1). Default 'pairs'.
   */
  readonly compare?: 'pairs' | 'means'
}

/**
 * The discriminator's features of fakes are to be like those of real samples. Features are what its layers show by `tap`; each
 * counts alike.
 */
export const featureMatching = (weight: number, { compare = 'pairs' }: FeatureMatching = {}): Term => ({
  name: 'featureMatching',
  weight,
  loss: ({ realScores, fakeScores }) => betweenFeatures(realScores().features, fakeScores().features, compare),
})

/**
 * The features that a fixed network makes of fakes are to be like those of their examples (Johnson et al. 2016).
 * @param features of samples [batch, ...], by name; see `frozenFeatures` for a network from an ONNX file.
 */
export const perceptual = (weight: number, features: (samples: Tensor) => Variables): Term => ({
  name: 'perceptual',
  weight,
  loss: ({ real, fake }) => betweenFeatures(features(real.values), features(fake.values), 'pairs'),
})

function betweenFeatures(real: Variables, fake: Variables, compare: 'pairs' | 'means'): Tensor {
  const names = Object.keys(real)
  if (names.length === 0)
    throw new UserError('There are no features to compare; let the network show some by tap(name).')
  const distances = names.map((name) => {
    const target = stopGradient(real[name])
    if (compare === 'pairs') return mean(abs(sub(target, fake[name])))
    return mean(square(sub(mean(target, { axes: [0] }), mean(fake[name], { axes: [0] }))))
  })
  return div(distances.reduce(add), names.length)
}

/**
 * Cross-entropy over words: the generator gives logits [batch, length, vocabulary], and the example has the words, i32 [batch,
 * length]. The mean over all words.
 */
export const wordsCrossEntropy = (weight: number, field = 'words'): Term => ({
  name: 'wordsCrossEntropy',
  weight,
  loss({ fake, example }) {
    const vocabulary = fake.values.shape[fake.values.shape.length - 1]
    const chosen = mul(logSoftmax(fake.values), oneHot(example[field], vocabulary))
    return neg(mean(sum(chosen, { axes: [fake.values.shape.length - 1] })))
  },
})

/**
 * For the discriminator: a real sample beside what another one was given is no match (Reed et al. 2016, "Generative adversarial
 * text to image synthesis"). Each sample is shown with what its neighbor in the minibatch was given.
 */
export const mismatched = (weight: number, objective: Objective): Term => ({
  name: 'mismatched',
  weight,
  loss({ real, realScores, discriminate }) {
    const [count] = real.values.shape
    if (Object.keys(real.given).length === 0)
      throw new UserError('The term mismatched compares samples with what they are given; the game gives nothing.')
    const turned = (tensor: Tensor) => concat([sliceAxis(tensor, 0, 1, count - 1), sliceAxis(tensor, 0, 0, 1)])
    const others = discriminate({ values: real.values, given: mapRecord(real.given, turned) })
    return lossOver(objective.discriminator, realScores().logits, others.logits)
  },
})
