import { mean, sigmoid } from '../../tensor/operations/index.ts'
import { withPath } from '../../tensor/tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Variables } from '../../tensor/tree.ts'
import type { MinibatchScores } from './discriminator-scores.ts'
import type { Reports } from '../game/game.ts'
import type { Term } from '../losses/term.ts'

const losses = {
  /** The discriminator's loss, with its penalties, its terms and what an auxiliary classifier's errors cost. */
  discriminatorLoss: { tag: 'loss/discriminator', chart: 'Losses', title: 'discriminator', short: 'loss D' },
  /** The generator's loss, with its terms and the latter. */
  generatorLoss: { tag: 'loss/generator', chart: 'Losses', title: 'generator', short: 'G' },
} as const satisfies Reports

/**
 * What a step of two players reports, on its last minibatches, before the updates they lead to. Scores are means of the sigmoid of
 * what the discriminator gives: of D(x) and D(G(z)), where that is a logit.
 */
const scores = {
  realScore: { tag: 'score/real', chart: 'Scores', title: 'D(x), real', short: 'D(x)', isShare: true },
  fakeScore: {
    tag: 'score/fake',
    chart: 'Scores',
    title: 'D(G(z)), generated',
    short: 'D(G(z))',
    isShare: true,
  },
  /** The penalties' share in the discriminator's loss. */
  penalty: { tag: 'loss/penalty', chart: 'Penalty', title: "in the discriminator's loss" },
} as const satisfies Reports

const reportsOfTerms = (terms: readonly Term[]): Reports =>
  Object.fromEntries(terms.map(({ name }) => [name, { tag: `term/${name}`, chart: 'Terms', title: name }]))

/** What the game reports. */
export const gameReports = (terms: readonly Term[]): Reports => ({ ...losses, ...scores, ...reportsOfTerms(terms) })

/** What the warm-up reports. */
export const warmUpReports = (terms: readonly Term[]): Reports => ({
  generatorLoss: losses.generatorLoss,
  ...reportsOfTerms(terms),
})

/** The report of a step. */
export const reportOf = (
  { real, fake, penalty }: MinibatchScores,
  loss: { readonly discriminator: Tensor; readonly generator: Tensor },
  shares: Variables,
): Variables =>
  withPath('report', () => ({
    discriminatorLoss: loss.discriminator,
    generatorLoss: loss.generator,
    realScore: mean(sigmoid(real.logits[0])),
    fakeScore: mean(sigmoid(fake.logits[0])),
    penalty,
    ...shares,
  }))
