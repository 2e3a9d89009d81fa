import { add } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { averageAfter } from './average.ts'
import type { Game, GameState, Report } from './game.ts'
import { judge } from './judge.ts'
import { reportOf } from './report.ts'
import { openRound } from './round.ts'

/**
 * One iteration of Algorithm 1 of Goodfellow et al., "Generative Adversarial Networks" (2014), traced, for
 *   min_G max_D V(D, G) = E_{x ~ p_data} log D(x) + E_{z ~ p_z} log(1 - D(G(z)))        (equation 1)
 * or another objective over the same two players.
 * @param images all training samples [n, ...]: u8 bytes, or f32 numbers that are taken as they are.
 */
export function trainingStep(game: Game, state: GameState, images: Tensor): { state: GameState; report: Report } {
  const { objective, discriminatorSteps, update } = game
  const { generator, discriminator, data, prior } = openRound(game, state, images)

  // A minibatch of examples x and one of latents z, and what the discriminator thinks of x and G(z).
  const playMinibatch = () => {
    const real = data.sample()
    const verdict = judge(game, discriminator, real, generator.play(prior.sample()))
    return { real, verdict, loss: add(objective.discriminator(verdict.real, verdict.fake), verdict.penalty) }
  }

  // For k steps: update the discriminator by ascending its stochastic gradient (of V: by descending that of -V).
  for (let k = 1; k < discriminatorSteps; k++) discriminator.descend(playMinibatch().loss)
  const { real, verdict, loss: discriminatorLoss } = playMinibatch()

  // Update the generator by descending its stochastic gradient.
  let generatorLoss: Tensor
  if (update === 'alternating') {
    discriminator.descend(discriminatorLoss)
    const fakeLogits = discriminator.play(generator.play(prior.sample()))
    const realLogits = objective.needsRealInGenerator ? discriminator.play(real) : verdict.real
    generatorLoss = objective.generator(realLogits, fakeLogits)
  } else {
    generatorLoss = objective.generator(verdict.real, verdict.fake)
    discriminator.descend(discriminatorLoss)
  }
  generator.descend(generatorLoss)

  return {
    state: {
      seed: state.seed,
      step: add(state.step, 1),
      ...data.place,
      generator: generator.variables,
      discriminator: discriminator.variables,
      optimizers: { generator: generator.optimizerState, discriminator: discriminator.optimizerState },
      average: averageAfter(game, state, generator.variables),
    },
    report: reportOf(verdict, discriminatorLoss, generatorLoss),
  }
}
