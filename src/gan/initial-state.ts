import { noVariables, randomness } from '../nn/layer.ts'
import { UserError } from '../tensor/errors.ts'
import { constant } from '../tensor/operations/index.ts'
import { sameShape, sizeOf } from '../tensor/shape.ts'
import { showShape, withPath } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Game, GameState } from './game.ts'
import { givenFieldsOf } from './labeled.ts'
import { outputsOf } from './look.ts'
import { streams } from './streams.ts'

/** The state before the first step, traced. Throws a UserError where the players do not fit the data or each other. */
export function initialState(game: Game, seed: Tensor): GameState {
  requireSense(game)
  const none = constant(0, 'i32')
  const random = randomness({ seed, step: none }, streams.initialState)
  const { dataShape, prior, optimizers } = game
  const given = givenFieldsOf(game.condition)
  const generator = withPath('generator', () => game.generator.init(prior.shape(dataShape), random, given))
  const discriminator = withPath('discriminator', () => game.discriminator.init(dataShape, random, given))
  if (!sameShape(generator.shape, dataShape)) {
    throw new UserError(
      `The generator makes samples of shape ${showShape(generator.shape)}; the data has ${showShape(dataShape)}.`,
    )
  }
  const outputs = outputsOf(game.condition)
  if (sizeOf(discriminator.shape) !== outputs) {
    const wanted = outputs === 1 ? 'one logit' : `${outputs} logits, its own and one for each class`
    throw new UserError(
      `The discriminator gives ${showShape(discriminator.shape)} for a sample; it must end in ${wanted}.`,
    )
  }
  const player = { parameters: generator.parameters, buffers: generator.buffers }
  return {
    seed,
    step: none,
    epoch: none,
    position: none,
    generator: player,
    discriminator: { parameters: discriminator.parameters, buffers: discriminator.buffers },
    optimizers: {
      generator: optimizers.generator.init(generator.parameters),
      discriminator: optimizers.discriminator.init(discriminator.parameters),
    },
    average: game.averageDecay === null ? noVariables : player,
  }
}

function requireSense({ discriminatorSteps, averageDecay, condition }: Game): void {
  if (condition && !(Number.isInteger(condition.classes) && condition.classes >= 1)) {
    throw new UserError(`A game cannot have ${condition.classes} classes; give a whole number from 1 on.`)
  }
  if (!(Number.isInteger(discriminatorSteps) && discriminatorSteps >= 1)) {
    throw new UserError(
      `The discriminator cannot take ${discriminatorSteps} steps per step; give a whole number from 1 on.`,
    )
  }
  if (averageDecay !== null && !(averageDecay >= 0 && averageDecay < 1)) {
    throw new UserError(`The moving average cannot have the decay ${averageDecay}; give a number in [0, 1), or none.`)
  }
}
