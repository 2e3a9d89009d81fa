import { inUse } from '../../nn/layer.ts'
import type { LayerVariables } from '../../nn/layer.ts'
import { UserError } from '../../tensor/errors.ts'
import { mean, reshape } from '../../tensor/operations/index.ts'
import { withPath } from '../../tensor/tensor.ts'
import { readScores } from './discriminator-scores.ts'
import type { Game, Stage } from '../game/game.ts'
import { initialState } from './initial-state.ts'
import { gameReports, warmUpReports } from './report.ts'
import { trainingStep } from './step.ts'
import { exampleOf, givenBeside, imitatedBy, sampleField } from './two-player.ts'
import type { TwoPlayerSettings, TwoPlayerState } from './two-player.ts'
import { warmUpStep } from './warm-up.ts'

/** A game of two players, with what it was made of. */
export interface TwoPlayerGame extends Game<TwoPlayerState> {
  /** All of its parts; to change one, make another game: `twoPlayerGame({ ...game.settings, batch: 64 })`. */
  readonly settings: TwoPlayerSettings
}

/** The article's game: a generator against a discriminator, by Algorithm 1 of Goodfellow et al. 2014. */
export function twoPlayerGame(settings: TwoPlayerSettings): TwoPlayerGame {
  const { prior, batch, discriminatorSteps, warmUp, terms = {} } = settings
  const example = exampleOf(settings)
  const imitates = imitatedBy(settings)
  const play: Stage<TwoPlayerState> = {
    name: 'game',
    steps: null,
    reports: gameReports([...(terms.generator ?? []), ...(terms.discriminator ?? [])]),
    step: (state, examples, random) => trainingStep(settings, state, examples, random),
  }
  return {
    settings,
    example,
    batch,
    minibatches: discriminatorSteps,
    init: (random) => initialState(settings, random),
    stages: warmUp
      ? [
          {
            name: 'warm-up',
            steps: warmUp.steps,
            reports: warmUpReports(warmUp.terms),
            step: (state, examples, random) => warmUpStep(settings, warmUp, state, examples, random),
          },
          play,
        ]
      : [play],
    generation: {
      imitates,
      sample: sampleField(settings),
      prior,
      given: givenBeside(settings),
      generate(state, latents, given, random) {
        if (latents === null) throw new UserError('The generator makes samples from latents; give some.')
        const { output } = withPath('generator', () =>
          settings.generator.apply(shownGenerator(settings, state), latents, inUse(given, random)),
        )
        return output
      },
    },
    realism: ({ discriminator }, samples, given) => {
      const applied = withPath('discriminator', () =>
        settings.discriminator.apply(discriminator, samples, inUse(given)),
      )
      const [logits] = readScores(settings.condition, applied, given).logits
      // One number for each sample, also where the discriminator gives a map.
      const numbers = reshape(logits, [samples.shape[0], -1])
      return numbers.shape[1] === 1 ? reshape(numbers, [-1]) : mean(numbers, { axes: [1] })
    },
  }
}

/** The variables to show and to ship: the moving average where the game keeps one, else the generator's own. */
const shownGenerator = (
  { averageDecay }: Pick<TwoPlayerSettings, 'averageDecay'>,
  { generator, average }: Pick<TwoPlayerState, 'generator' | 'average'>,
): LayerVariables => (averageDecay === null ? generator : average)
