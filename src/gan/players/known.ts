import type { Tensor } from '../../tensor/tensor.ts'
import type { Batch } from '../examples/batch.ts'
import { scoresOf } from './discriminator-scores.ts'
import type { Example, StepContext } from './step-context.ts'
import type { Known, Scores } from '../losses/term.ts'
import type { TwoPlayerSettings } from './two-player.ts'

/** A minibatch before anyone has scored it. */
interface Minibatch {
  readonly real: Example
  readonly latents: Tensor
  readonly fake: Batch
}

/**
 * What terms know of a minibatch. The discriminator looks again, as it is by then, where it has not scored a side yet and a term
 * asks for it.
 */
export function knownOf(
  settings: TwoPlayerSettings,
  context: StepContext,
  { real, latents, fake }: Minibatch,
  scored: { readonly real?: Scores; readonly fake?: Scores },
): Known {
  const discriminate = (samples: Batch) => scoresOf(settings, context.augment(samples), context)
  let { real: realScores, fake: fakeScores } = scored
  return {
    example: real.fields,
    real: { values: real.values, given: real.given },
    latents,
    fake,
    realScores: () => (realScores ??= discriminate(real)),
    fakeScores: () => (fakeScores ??= discriminate(fake)),
    discriminate,
    random: context.random,
  }
}
