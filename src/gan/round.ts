import { randomness } from '../nn/layer.ts'
import { mul } from '../tensor/operations/index.ts'
import { withPath } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { nextMinibatch, randomSamples } from './data.ts'
import type { Place } from './data.ts'
import type { Game, GameState } from './game.ts'
import { seatPlayer } from './player.ts'
import type { Player } from './player.ts'
import { streams } from './streams.ts'

/** All that takes part in one step while it is traced. */
interface Round {
  readonly generator: Player
  readonly discriminator: Player
  readonly data: {
    /** How far the data is read. */
    readonly place: Place
    /** The next minibatch of training samples. */
    sample(): Tensor
  }
  readonly prior: {
    /** A minibatch of latents that were not drawn before. */
    sample(): Tensor
  }
}

export function openRound(game: Game, state: GameState, images: Tensor): Round {
  const { batch, optimizers } = game
  const { seed, step } = state
  const dataset = { images, shape: game.dataShape, range: game.dataRange }
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
      sample() {
        const trainingSamples = () => randomSamples(dataset, random, batch)
        return withPath('prior', () => game.prior.sample({ random, batch, trainingSamples }))
      },
    },
  }
}
