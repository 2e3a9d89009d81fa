import { randomness } from '../nn/layer.ts'
import type { Randomness } from '../nn/layer.ts'
import { mul } from '../tensor/operations/index.ts'
import { UserError } from '../tensor/errors.ts'
import { withPath } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { augmented } from './augment.ts'
import { nextMinibatch, randomSamples } from './data.ts'
import type { Dataset, Place } from './data.ts'
import type { Game, GameState } from './game.ts'
import type { Labeled, Labels } from './labeled.ts'
import { seatPlayer } from './player.ts'
import type { Player } from './player.ts'
import { streams } from './streams.ts'

/** All that takes part in one step while it is traced. */
export interface Round {
  readonly generator: Player
  readonly discriminator: Player
  readonly data: {
    /** How far the data is read. */
    readonly place: Place
    /** The next minibatch of training samples. */
    sample(): Labeled
  }
  readonly prior: {
    /** A minibatch of latents that were not drawn before, for samples of these classes. */
    sample(labels: Labels | null): Labeled
  }
  /** Samples as the discriminator is shown them. */
  augment(samples: Labeled): Labeled
  /** What is drawn besides. */
  readonly random: Randomness
}

export function openRound(game: Game, state: GameState, images: Tensor, classIndices: Tensor | null): Round {
  const { batch, optimizers, augment = [] } = game
  const { seed, step } = state
  const dataset = datasetOf(game, images, classIndices)
  const random = randomness({ seed, step }, streams.step)
  let place: Place = { epoch: state.epoch, position: state.position }
  return {
    generator: seatPlayer({
      name: 'generator',
      layer: game.generator,
      variables: state.generator,
      optimizer: optimizers.generator,
      optimizerState: state.optimizers.generator,
      updates: step,
      random,
    }),
    discriminator: seatPlayer({
      name: 'discriminator',
      layer: game.discriminator,
      variables: state.discriminator,
      optimizer: optimizers.discriminator,
      optimizerState: state.optimizers.discriminator,
      updates: mul(step, game.discriminatorSteps),
      constraint: game.constraint,
      random,
    }),
    data: {
      get place() {
        return place
      },
      sample() {
        const minibatch = withPath('data', () => nextMinibatch(dataset, seed, place, batch))
        place = minibatch.place
        return minibatch.samples
      },
    },
    prior: {
      sample(labels) {
        const trainingSamples = () => randomSamples(dataset, random, batch)
        return { values: withPath('prior', () => game.prior.sample({ random, batch, trainingSamples })), labels }
      },
    },
    augment: ({ values, labels }) => ({
      values: withPath('augment', () => augmented(values, augment, random)),
      labels,
    }),
    random,
  }
}

function datasetOf({ condition, dataShape, dataRange }: Game, images: Tensor, indices: Tensor | null): Dataset {
  const dataset = { images, shape: dataShape, range: dataRange }
  if (condition === undefined) return dataset
  const { classes } = condition
  if (indices === null) {
    throw new UserError(
      `The game has ${classes} classes, but the data has no labels; give data with labels, or a game without classes.`,
    )
  }
  return { ...dataset, labels: { indices, classes } }
}
