import type { Layer, LayerVariables } from '../nn/layer.ts'
import type { Optimizer, OptimizerState } from '../optim/optimizer.ts'
import type { Shape, Tensor } from '../tensor/tensor.ts'
import type { Augmentation } from './augment.ts'
import type { Condition } from './condition.ts'
import type { Constraint } from './constraint.ts'
import type { DataRange } from './data.ts'
import type { Objective } from './objectives.ts'
import type { Penalty } from './penalties.ts'
import type { Prior } from './priors.ts'

/** Everything that decides how two players learn from each other. */
export interface Game {
  /** Latents in, samples out. */
  readonly generator: Layer
  /** Samples in, one logit each out; with an auxiliary classifier, those of the classes behind it. */
  readonly discriminator: Layer
  /** Where the latents of the generator come from. */
  readonly prior: Prior
  /** What each player wants. */
  readonly objective: Objective
  /** What the discriminator pays besides; none where it is empty. */
  readonly penalties: readonly Penalty[]
  /** What the discriminator's parameters are held to after each of its updates; nothing unless told. */
  readonly constraint?: Constraint
  /** The classes of samples, and what both players make of them; none unless told. */
  readonly condition?: Condition
  /**
   * What is done to samples, real and fake alike, whenever the discriminator is shown some: one after the other; nothing
   * unless told.
   */
  readonly augment?: readonly Augmentation[]
  /**
   * Where penalties look in a game that augments: at samples as the discriminator was shown them ('augmented', which holds
   * unless told), or as they are ('original'), for which it looks at those as well.
   */
  readonly penalize?: 'augmented' | 'original'
  /** How each player moves its parameters. Both may be one value, as state is kept apart. */
  readonly optimizers: {
    /** Moves the generator. */
    readonly generator: Optimizer
    /** Moves the discriminator. */
    readonly discriminator: Optimizer
  }
  /** Updates of the discriminator in each step: k of Algorithm 1, at least 1. */
  readonly discriminatorSteps: number
  /**
   * 'alternating' as in Algorithm 1: the generator learns from new latents through the updated discriminator.
   * 'simultaneous' as in the code of 2014: both learn from the same minibatches, neither sees the other's update.
   */
  readonly update: 'alternating' | 'simultaneous'
  /** Decay of the moving average (EMA) of the generator that is used for pictures, in [0, 1), or null for none. */
  readonly averageDecay: number | null
  /** Samples in a minibatch, real ones and fakes each; at most as many as there are real ones. */
  readonly batch: number
  /** The shape of one sample. */
  readonly dataShape: Shape
  /** Which numbers the bytes of real samples become, and those of fakes are read as. */
  readonly dataRange: DataRange
}

/** All that a step changes, as one tree of tensors: with it and the data, training goes on bit for bit. */
export type GameState = {
  /** i32 [2]. */
  readonly seed: Tensor
  /** Steps done, i32 []. */
  readonly step: Tensor
  /** Epochs done, i32 []. */
  readonly epoch: Tensor
  /** Samples read in the present epoch, i32 []. */
  readonly position: Tensor
  readonly generator: LayerVariables
  readonly discriminator: LayerVariables
  readonly optimizers: { readonly generator: OptimizerState; readonly discriminator: OptimizerState }
  /** The generator's moving average; empty where the game keeps none. */
  readonly average: LayerVariables
}

/** What a step tells, f32 [] each: losses and scores on its last minibatches, before the updates they lead to. */
export type Report = {
  /** The discriminator's loss, with the penalties and what an auxiliary classifier's errors cost. */
  readonly discriminatorLoss: Tensor
  /** The generator's loss, with the latter. */
  readonly generatorLoss: Tensor
  /** Mean of the sigmoid of what the discriminator gives for real samples: of D(x), where that is a logit. In [0, 1]. */
  readonly realScore: Tensor
  /** The same for fakes: mean of D(G(z)). */
  readonly fakeScore: Tensor
  /** The penalties' share in the discriminator's loss. */
  readonly penalty: Tensor
  /** 1 where both losses are finite numbers, else 0. */
  readonly finite: Tensor
}
