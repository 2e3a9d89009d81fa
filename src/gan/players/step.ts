import type { Randomness } from '../../nn/layer.ts'
import { add } from '../../tensor/operations/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { averageAfter } from './average.ts'
import { scoreMinibatch, scoresOf } from './discriminator-scores.ts'
import type { ExampleReader } from '../examples/example-reader.ts'
import type { Stepped } from '../game/game.ts'
import { knownOf } from './known.ts'
import { lossOver } from '../losses/objectives.ts'
import { reportOf } from './report.ts'
import { openStep } from './step-context.ts'
import { termShares, withShares } from '../losses/terms.ts'
import type { TwoPlayerSettings, TwoPlayerState } from './two-player.ts'

/**
 * One iteration of Algorithm 1 of Goodfellow et al., "Generative Adversarial Networks" (2014), traced, for
 *   min_G max_D V(D, G) = E_{x ~ p_data} log D(x) + E_{z ~ p_z} log(1 - D(G(z)))        (equation 1)
 * or another objective over the same two players, and any terms beside it.
 */
export function trainingStep(
  settings: TwoPlayerSettings,
  state: TwoPlayerState,
  examples: ExampleReader,
  random: Randomness,
): Stepped<TwoPlayerState> {
  const { objective, terms = {}, discriminatorSteps, update } = settings
  const context = openStep(settings, state, examples, random)
  const { generator, discriminator, data, prior, augment } = context

  // A minibatch of examples x and one of latents z, and what the discriminator thinks of x and G(z). Fakes are made for the
  // examples: so real and fake can be paired, and classes are as frequent among both.
  const playMinibatch = () => {
    const real = data.sample()
    const latents = prior.sample(real)
    const fake = { values: generator.play(latents).output, given: latents.given }
    const scores = scoreMinibatch(settings, context, { real, fake })
    const known = knownOf(settings, context, { real, latents: latents.values, fake }, scores)
    const shares = termShares(terms.discriminator ?? [], known)
    const loss = lossOver(objective.discriminator, scores.real.logits, scores.fake.logits)
    const costs = [scores.penalty, scores.real.misclassified, scores.fake.misclassified].reduce(add, loss)
    return { real, known, scores, shares, loss: withShares(costs, shares) }
  }

  // For k steps: update the discriminator by ascending its stochastic gradient (of V: by descending that of -V).
  for (let k = 1; k < discriminatorSteps; k++) discriminator.descend(playMinibatch().loss)
  const { real, known, scores, ...minibatch } = playMinibatch()

  // Update the generator by descending its stochastic gradient.
  const generatorLoss = (x: readonly Tensor[], fake: typeof scores.fake) =>
    add(lossOver(objective.generator, x, fake.logits), fake.misclassified)
  let generated = known
  let loss: Tensor
  if (update === 'alternating') {
    discriminator.descend(minibatch.loss)
    const latents = prior.sample(real)
    const fake = { values: generator.play(latents).output, given: latents.given }
    const fakeScores = scoresOf(settings, augment(fake), context)
    generated = knownOf(settings, context, { real, latents: latents.values, fake }, { fake: fakeScores })
    loss = generatorLoss(
      objective.needsRealInGenerator ? generated.realScores().logits : scores.real.logits,
      fakeScores,
    )
  } else {
    loss = generatorLoss(scores.real.logits, scores.fake)
  }
  const shares = termShares(terms.generator ?? [], generated)
  const whole = withShares(loss, shares)
  if (update === 'simultaneous') discriminator.descend(minibatch.loss)
  generator.descend(whole)

  return {
    state: {
      generator: generator.variables,
      discriminator: discriminator.variables,
      optimizers: { generator: generator.optimizerState, discriminator: discriminator.optimizerState },
      average: averageAfter(settings, state, generator.variables, random.source.step),
    },
    report: reportOf(scores, { discriminator: minibatch.loss, generator: whole }, { ...shares, ...minibatch.shares }),
  }
}
