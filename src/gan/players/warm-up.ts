import type { Randomness } from '../../nn/layer.ts'
import { UserError } from '../../tensor/errors.ts'
import { constant } from '../../tensor/operations/index.ts'
import { averageAfter } from './average.ts'
import type { ExampleReader } from '../examples/example-reader.ts'
import type { Stepped } from '../game/game.ts'
import { openStep } from './step-context.ts'
import { termShares, withShares } from '../losses/terms.ts'
import type { TwoPlayerSettings, TwoPlayerState, WarmUp } from './two-player.ts'

/** One step of the generator alone, before the game begins: the discriminator rests. */
export function warmUpStep(
  settings: TwoPlayerSettings,
  { terms }: WarmUp,
  state: TwoPlayerState,
  examples: ExampleReader,
  random: Randomness,
): Stepped<TwoPlayerState> {
  const { generator, data, prior } = openStep(settings, state, examples, random)
  const real = data.sample()
  const latents = prior.sample(real)
  const fake = { values: generator.play(latents).output, given: latents.given }
  const shares = termShares(terms, {
    example: real.fields,
    real: { values: real.values, given: real.given },
    latents: latents.values,
    fake,
    realScores: noDiscriminator,
    fakeScores: noDiscriminator,
    discriminate: noDiscriminator,
    random,
  })
  const loss = withShares(constant(0), shares)
  generator.descend(loss)
  return {
    state: {
      ...state,
      generator: generator.variables,
      optimizers: { ...state.optimizers, generator: generator.optimizerState },
      average: averageAfter(settings, state, generator.variables, random.source.step),
    },
    report: { generatorLoss: loss, ...shares },
  }
}

function noDiscriminator(): never {
  throw new UserError(
    'A term of the warm-up asks the discriminator, which does not play yet; list it under terms.generator only.',
  )
}
