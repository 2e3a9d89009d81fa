import { add } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { averageAfter } from './average.ts'
import type { Game, GameState, Report } from './game.ts'
import { judge } from './judge.ts'
import { reportOf } from './report.ts'
import type { Labeled } from './labeled.ts'
import { lookOf } from './look.ts'
import type { Look } from './look.ts'
import { openRound } from './round.ts'

/**
 * One iteration of Algorithm 1 of Goodfellow et al., "Generative Adversarial Networks" (2014), traced, for
 *   min_G max_D V(D, G) = E_{x ~ p_data} log D(x) + E_{z ~ p_z} log(1 - D(G(z)))        (equation 1)
 * or another objective over the same two players.
 * @param images all training samples [n, ...]: u8 bytes, or f32 numbers that are taken as they are.
 * @param labels the class of each, i32 [n]; null in a game without classes.
 */
export function trainingStep(
  game: Game,
  state: GameState,
  images: Tensor,
  labels: Tensor | null = null,
): { state: GameState; report: Report } {
  const { objective, condition, discriminatorSteps, update } = game
  const round = openRound(game, state, images, labels)
  const { generator, discriminator, data, prior, augment } = round

  // A minibatch of examples x and one of latents z, and what the discriminator thinks of x and G(z). Fakes are made for the
  // classes of the examples: so real and fake can be paired, and classes are as frequent among both.
  const playMinibatch = () => {
    const real = data.sample()
    const fake = generator.play(prior.sample(real.labels))
    const verdict = judge(game, round, { real, fake })
    const loss = objective.discriminator(verdict.real.logits, verdict.fake.logits)
    return {
      real,
      verdict,
      loss: [verdict.penalty, verdict.real.misclassified, verdict.fake.misclassified].reduce(add, loss),
    }
  }

  // For k steps: update the discriminator by ascending its stochastic gradient (of V: by descending that of -V).
  for (let k = 1; k < discriminatorSteps; k++) discriminator.descend(playMinibatch().loss)
  const { real, verdict, loss: discriminatorLoss } = playMinibatch()

  // Update the generator by descending its stochastic gradient.
  const look = (samples: Labeled) => lookOf(condition, discriminator.play(augment(samples)))
  const generatorLossOf = (x: Look, fake: Look) => add(objective.generator(x.logits, fake.logits), fake.misclassified)
  let generatorLoss: Tensor
  if (update === 'alternating') {
    discriminator.descend(discriminatorLoss)
    const fake = look(generator.play(prior.sample(real.labels)))
    generatorLoss = generatorLossOf(objective.needsRealInGenerator ? look(real) : verdict.real, fake)
  } else {
    generatorLoss = generatorLossOf(verdict.real, verdict.fake)
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
