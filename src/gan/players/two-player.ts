import type { Layer, LayerVariables } from '../../nn/layer.ts'
import type { Optimizer, OptimizerState } from '../../optim/optimizer.ts'
import { classField } from '../../tensor/fields.ts'
import type { DataRange, Fields, NumberField } from '../../tensor/fields.ts'
import type { Shape } from '../../tensor/tensor.ts'
import type { Augmentation } from '../priors/augment.ts'
import type { Condition } from '../losses/condition.ts'
import type { Constraint } from '../losses/constraint.ts'
import type { Objective } from '../losses/objectives.ts'
import type { Penalty } from '../losses/penalties.ts'
import type { Prior } from '../priors/priors.ts'
import type { Term, Terms } from '../losses/term.ts'

/** Everything that decides how two players learn from each other; `twoPlayerGame` makes a game of it. */
export interface TwoPlayerSettings {
  /** Latents in, samples out. */
  readonly generator: Layer
  /**
   * Samples in, one logit each out, or a map of logits [height, width, 1] for patches; or several of both, see `heads`. With an
   * auxiliary classifier, the logits of the classes stand behind the one.
   */
  readonly discriminator: Layer
  /** Where the latents of the generator come from. */
  readonly prior: Prior
  /** What each player wants. */
  readonly objective: Objective
  /** What the discriminator pays besides; none where it is empty. */
  readonly penalties: readonly Penalty[]
  /** Named, weighted losses beside the objective, for either player; none by default. */
  readonly terms?: Terms
  /** What the discriminator's parameters are held to after each of its updates; nothing by default. */
  readonly constraint?: Constraint
  /** The classes of samples, and what both players make of them; none by default. */
  readonly condition?: Condition
  /** Further fields of an example, which both players are given and terms can compare with; none by default. */
  readonly given?: Fields
  /**
   * What is done to samples, real and fake alike, whenever the discriminator is shown some: one after the other; nothing by
   * default.
   */
  readonly augment?: readonly Augmentation[]
  /**
   * Where penalties look in a game that augments: at samples as the discriminator was shown them ('augmented', the default), or as
   * they are ('original'), for which it looks at those as well.
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
  /** Steps before the game begins, in which the generator alone learns from its terms; none by default. */
  readonly warmUp?: WarmUp
  /** Decay of the moving average (EMA) of the generator that is used for pictures, in [0, 1), or null for none. */
  readonly averageDecay: number | null
  /** Samples in a minibatch, real ones and fakes each; at most as many as there are real ones. */
  readonly batch: number
  /** The field of an example that samples are like; default 'image' for shapes [height, width, channels], else 'point'. */
  readonly imitates?: string
  /** The shape of one sample. */
  readonly dataShape: Shape
  /** Which numbers the bytes of real samples become, and those of fakes are read as; null for numbers without bounds. */
  readonly dataRange: DataRange | null
}

/** A stage in which the generator learns without an opponent, as from pairs (Ledig et al. 2017). */
export interface WarmUp {
  /** How many steps it lasts, at least 1. */
  readonly steps: number
  /** What the generator learns from; at least one. They cannot ask the discriminator. */
  readonly terms: readonly Term[]
}

/** All that a step of two players changes. */
export type TwoPlayerState = {
  /** The generator's variables. */
  readonly generator: LayerVariables
  /** The discriminator's. */
  readonly discriminator: LayerVariables
  /** What their optimizers keep. */
  readonly optimizers: {
    /** Of the generator. */
    readonly generator: OptimizerState
    /** Of the discriminator. */
    readonly discriminator: OptimizerState
  }
  /** The generator's moving average; empty where the game keeps none. */
  readonly average: LayerVariables
}

/** What players are given beside a sample. */
export const givenBeside = ({ condition, given = {} }: TwoPlayerSettings): Fields => ({
  ...(condition ? { class: classField(condition.classes) } : {}),
  ...given,
})

/** What one example consists of: the field that samples are like, and what players are given. */
export const exampleOf = (settings: TwoPlayerSettings): Fields => ({
  [imitatedBy(settings)]: sampleField(settings),
  ...givenBeside(settings),
})

/** The field that samples are like. */
export const imitatedBy = ({ imitates, dataShape }: TwoPlayerSettings): string =>
  imitates ?? (dataShape.length === 3 ? 'image' : 'point')

/** Its description. */
export const sampleField = ({ dataShape, dataRange }: TwoPlayerSettings): NumberField => ({
  kind: 'numbers',
  shape: dataShape,
  range: dataRange,
})
