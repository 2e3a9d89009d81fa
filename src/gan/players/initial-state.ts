import { noVariables } from '../../nn/layer.ts'
import type { Randomness } from '../../nn/layer.ts'
import { UserError } from '../../tensor/errors.ts'
import { sameShape } from '../../tensor/shape.ts'
import { showShape, withPath } from '../../tensor/tensor.ts'
import { requireLogits } from './discriminator-scores.ts'
import type { Term } from '../losses/term.ts'
import { exampleOf, givenBeside, imitatedBy } from './two-player.ts'
import type { TwoPlayerSettings, TwoPlayerState } from './two-player.ts'

/** The state of two players before the first step, traced. Throws a UserError where they do not fit the data or each other. */
export function initialState(settings: TwoPlayerSettings, random: Randomness): TwoPlayerState {
  requireSense(settings)
  const { dataShape, prior, optimizers, condition } = settings
  const given = givenBeside(settings)
  const latent = prior.shape({ example: exampleOf(settings), imitates: imitatedBy(settings) })
  const generator = withPath('generator', () => settings.generator.init(latent, random, given))
  const discriminator = withPath('discriminator', () => settings.discriminator.init(dataShape, random, given))
  if (!sameShape(generator.shape, dataShape)) {
    throw new UserError(
      `The generator makes samples of shape ${showShape(generator.shape)}; the data has ${showShape(dataShape)}.`,
    )
  }
  requireLogits(condition, discriminator.shape)
  const player = { parameters: generator.parameters, buffers: generator.buffers }
  return {
    generator: player,
    discriminator: { parameters: discriminator.parameters, buffers: discriminator.buffers },
    optimizers: {
      generator: optimizers.generator.init(generator.parameters),
      discriminator: optimizers.discriminator.init(discriminator.parameters),
    },
    average: settings.averageDecay === null ? noVariables : player,
  }
}

function requireSense(settings: TwoPlayerSettings): void {
  const { discriminatorSteps, averageDecay, condition, terms = {}, warmUp } = settings
  if (condition && !isCount(condition.classes)) {
    throw new UserError(`A game cannot have ${condition.classes} classes; give a whole number from 1 on.`)
  }
  if (!isCount(discriminatorSteps)) {
    throw new UserError(
      `The discriminator cannot take ${discriminatorSteps} steps per step; give a whole number from 1 on.`,
    )
  }
  if (averageDecay !== null && !(averageDecay >= 0 && averageDecay < 1)) {
    throw new UserError(`The moving average cannot have the decay ${averageDecay}; give a number in [0, 1), or none.`)
  }
  if (warmUp && !(isCount(warmUp.steps) && warmUp.terms.length > 0)) {
    throw new UserError('A warm-up needs a whole number of steps from 1 on, and a term to learn from.')
  }
  requireOwnNames([...(terms.generator ?? []), ...(terms.discriminator ?? [])])
  requireOwnNames(warmUp?.terms ?? [])
}

/** Of terms of one stage: its report has them by name. */
function requireOwnNames(terms: readonly Term[]): void {
  const names = terms.map(({ name }) => name)
  const twice = [...names, ...reserved].find((name, at, all) => all.indexOf(name) !== at)
  if (twice !== undefined) throw new UserError(`Two terms are called ${twice}; give each a name of its own.`)
}

/** What is reported in any case. */
const reserved = ['discriminatorLoss', 'generatorLoss', 'realScore', 'fakeScore', 'penalty', 'finite']

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1
