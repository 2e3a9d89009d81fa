import { objectives } from '../gan/objectives.ts'
import { r1, r2 } from '../gan/penalties.ts'
import { normalPrior } from '../gan/priors.ts'
import { dense, flatten, heNormal, leakyRelu, reshape, stack, tanh } from '../nn/index.ts'
import type { Layer } from '../nn/layer.ts'
import { adam, cosine } from '../optim/index.ts'
import { sizeOf } from '../tensor/shape.ts'
import type { Recipe } from './recipe.ts'

/** Everything that was chosen by trying, in one place. */
const tuned = {
  latent: 100,
  generatorUnits: [256, 512, 1024],
  discriminatorUnits: [512, 256],
  slope: 0.2,
  /** Of both gradient penalties. */
  gamma: 1,
  beta1: 0,
  beta2: 0.99,
  /** The share of the learning rate that is left at the end of the planned steps. */
  finalRate: 0.02,
  averageDecay: 0.999,
} as const

/**
 * The article's game between two multilayer perceptrons, with what was learned since: relativistic pairing with both
 * gradient penalties (Huang et al. 2024) and a moving average of the generator.
 */
export const mlp: Recipe = {
  name: 'mlp',
  summary: 'two multilayer perceptrons, for small images',
  defaults: { batch: 128, learningRate: 1e-3, discriminatorSteps: 1, steps: 3000, minutes: 1.7 },
  game({ dataShape, batch, learningRate, discriminatorSteps, steps }) {
    const { gamma, beta1, beta2 } = tuned
    const rate = steps === null ? learningRate : cosine(learningRate, learningRate * tuned.finalRate, steps)
    const optimizer = adam({ learningRate: rate, beta1, beta2 })
    return {
      generator: stack([...hidden(tuned.generatorUnits), dense(sizeOf(dataShape)), tanh(), reshape(dataShape)]),
      discriminator: stack([flatten(), ...hidden(tuned.discriminatorUnits), dense(1)]),
      prior: normalPrior(tuned.latent),
      objective: objectives.relativisticPaired,
      penalties: [r1(gamma), r2(gamma)],
      optimizers: { generator: optimizer, discriminator: optimizer },
      discriminatorSteps,
      update: 'alternating',
      averageDecay: tuned.averageDecay,
      batch,
      dataShape,
      dataRange: 'signed',
    }
  },
}

const hidden = (units: readonly number[]): Layer[] =>
  units.flatMap((count) => [dense(count, { initializer: heNormal(tuned.slope) }), leakyRelu(tuned.slope)])
