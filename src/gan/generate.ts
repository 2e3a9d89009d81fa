import { inUse, randomness } from '../nn/layer.ts'
import type { LayerVariables } from '../nn/layer.ts'
import { UserError } from '../tensor/errors.ts'
import type { RandomSource } from '../tensor/operations/index.ts'
import { withPath } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { randomSamples } from './data.ts'
import type { Game, GameState } from './game.ts'
import { givenOf } from './labeled.ts'
import type { Labels } from './labeled.ts'
import { streams } from './streams.ts'

/**
 * G(z) of a generator that is in use, not learning: latents [batch, ...] -> samples [batch, ...dataShape].
 * @param labels which classes the samples are to be of; null in games without classes.
 */
export const generate = (
  game: Game,
  variables: LayerVariables,
  latents: Tensor,
  labels: Labels | null = null,
): Tensor => withPath('generator', () => game.generator.apply(variables, latents, inUse(givenOf(labels))).output)

/** The variables to show and to ship: the moving average where the game keeps one, else the generator's own. */
export const shownGenerator = (game: Game, state: GameState): LayerVariables =>
  game.averageDecay === null ? state.generator : state.average

/**
 * `count` latents of the prior. Equal sources give equal latents, whatever the state of the game.
 * @param images all training samples, for priors that start from them: without, those throw a UserError.
 */
export function drawLatents(game: Game, images: Tensor | null, count: number, source: RandomSource): Tensor {
  const random = randomness(source, streams.samples)
  const trainingSamples = () => {
    if (images === null)
      throw new UserError(`The prior ${game.prior.name} starts from training samples; give the data.`)
    return randomSamples({ images, shape: game.dataShape, range: game.dataRange }, random, count)
  }
  return withPath('prior', () => game.prior.sample({ random, batch: count, trainingSamples }))
}
