import { mul, sub } from '../../tensor/operations/index.ts'
import { withPath } from '../../tensor/tensor.ts'
import type { Randomness } from '../../nn/layer.ts'
import type { Variables } from '../../tensor/tree.ts'
import { augmented } from '../priors/augment.ts'
import { pick } from '../examples/batch.ts'
import type { Batch } from '../examples/batch.ts'
import type { ExampleReader } from '../examples/example-reader.ts'
import { exampleOf, givenBeside, imitatedBy } from './two-player.ts'
import type { TwoPlayerSettings, TwoPlayerState } from './two-player.ts'
import { tracePlayer } from './traced-player.ts'
import type { TracedPlayer } from './traced-player.ts'

/** All that takes part in one step while it is traced. */
export interface StepContext {
  readonly generator: TracedPlayer
  readonly discriminator: TracedPlayer
  readonly data: {
    /** The next minibatch of examples. */
    sample(): Example
  }
  readonly prior: {
    /** A minibatch of latents that were not drawn before, for these examples. */
    sample(example: Example): Batch
  }
  /** Samples as the discriminator is shown them. */
  augment(samples: Batch): Batch
  /** What is drawn besides. */
  readonly random: Randomness
}

/** A minibatch of examples: the field that samples are like beside what players are given, and all fields. */
export interface Example extends Batch {
  readonly fields: Variables
}

export function openStep(
  settings: TwoPlayerSettings,
  state: TwoPlayerState,
  examples: ExampleReader,
  random: Randomness,
): StepContext {
  const { optimizers, augment = [], prior, warmUp } = settings
  const { step } = random.source
  const example = exampleOf(settings)
  const imitates = imitatedBy(settings)
  const given = Object.keys(givenBeside(settings))
  const reads = prior.reads({ example, imitates })
  // In a warm-up the discriminator rests.
  const played = warmUp ? sub(step, warmUp.steps) : step
  return {
    generator: tracePlayer({
      name: 'generator',
      layer: settings.generator,
      variables: state.generator,
      optimizer: optimizers.generator,
      optimizerState: state.optimizers.generator,
      updates: step,
      random,
    }),
    discriminator: tracePlayer({
      name: 'discriminator',
      layer: settings.discriminator,
      variables: state.discriminator,
      optimizer: optimizers.discriminator,
      optimizerState: state.optimizers.discriminator,
      updates: mul(played, settings.discriminatorSteps),
      constraint: settings.constraint,
      random,
    }),
    data: {
      sample() {
        const fields = examples.next()
        return { values: fields[imitates], given: pick(fields, given), fields }
      },
    },
    prior: {
      sample: ({ fields, given: beside }) => ({
        values: withPath('prior', () =>
          prior.sample({
            random,
            batch: examples.batch,
            example: pick(fields, reads),
            imitates,
            trainingSamples: () => examples.draw(random)[imitates],
          }),
        ),
        given: beside,
      }),
    },
    augment: ({ values, given: beside }) => ({
      values: withPath('augment', () => augmented(values, augment, random)),
      given: beside,
    }),
    random,
  }
}
