import * as z from 'zod'
import { isImageShape } from '../data/source.ts'
import { objectiveNames, objectives } from '../gan/losses/objectives.ts'
import { r1, r2 } from '../gan/losses/penalties.ts'
import { normalPrior } from '../gan/priors/priors.ts'
import { dense, fourierFeatures, heNormal, leakyRelu, normal, stack, tanh } from '../nn/index.ts'
import type { Initializer } from '../nn/initializers.ts'
import { adam, inverseSquareRoot } from '../optim/index.ts'
import { UserError } from '../tensor/errors.ts'
import {
  adamSettings,
  averageDecayOf,
  averageSettings,
  group,
  latentSize,
  layerUnits,
  slowdownSteps,
  weight,
} from './kinds.ts'
import { recipe } from './recipe.ts'

const slope = 0.2

/**
 * The gain that keeps what flows through hyperbolic tangents, by what leaves a layer instead of what enters: so the first layer, of few latents,
 * begins as small as the others, and the generator as a smooth map. Begun by what enters, one of two runs lost a mode of the grid.
 */
const smoothly: Initializer = (shape, fans, random) => normal(5 / 3 / Math.sqrt(fans.out))(shape, fans, random)

/**
 * Points in the plane, as the field draws them to see which modes a game loses (Metz et al. 2017, Srivastava et al. 2017). Relativistic
 * pairing with both gradient penalties and no normalization (Huang et al. 2024), or any other objective in its place. What makes narrow modes
 * learnable within seconds is in the players: the discriminator sees waves of the coordinates instead of the coordinates (Tancik et al. 2020), so
 * that it tells short distances apart; the generator is of hyperbolic tangents, which become the steps that lead from one mode to the next
 * without stopping between them. docs/results.md has what was measured: every mode of ring and grid, and what other objectives lose.
 */
export const points = recipe({
  name: 'points',
  summary: 'two small perceptrons, any objective, for points in the plane',
  defaults: { batch: 128, learningRate: 4e-3, discriminatorSteps: 1, steps: 10_000, minutes: 2 },
  data: 'toy:grid',
  settings: {
    objective: z.enum(objectiveNames).default('relativisticPaired').describe('what both players want'),
    latent: latentSize.default(2).describe('numbers in one latent'),
    generator: group({
      units: layerUnits
        .default([64, 64, 64, 64, 64])
        .describe('units of its hidden layers, from the latent to the point'),
    }),
    discriminator: group({
      waves: z.int().min(1).max(4096).default(16).describe('waves of the coordinates that it sees'),
      frequency: z
        .number()
        .positive()
        .max(1e6)
        .default(0.16)
        .describe('deviation of their frequencies, in waves per unit of the coordinates'),
      units: layerUnits.default([64, 64, 64]).describe('units of its hidden layers, from the waves to the logit'),
    }),
    gamma: weight.default(0.1).describe('weight of both gradient penalties (R1 and R2); 0 for none'),
    adam: adamSettings({ beta1: 0, beta2: 0.99 }),
    slowdown: slowdownSteps.default(200).describe('the learning rate is divided by the root of 1 + step / slowdown'),
    average: averageSettings({ decay: 0.95 }),
  },
  game(
    { dataShape, learningRate },
    { objective, latent, generator, discriminator, gamma, slowdown, average, ...told },
  ) {
    if (isImageShape(dataShape)) {
      throw new UserError(
        `The recipe points learns points in the plane, not images of ${dataShape.join(' x ')}; take the recipe mlp for them.`,
      )
    }
    const { waves, frequency } = discriminator
    const optimizer = adam({ learningRate: inverseSquareRoot(learningRate, slowdown), ...told.adam })
    return {
      generator: stack([
        ...generator.units.flatMap((units) => [dense(units, { initializer: smoothly }), tanh()]),
        dense(dataShape[0]),
      ]),
      discriminator: stack([
        fourierFeatures({ waves, deviation: frequency }),
        ...discriminator.units.flatMap((units) => [dense(units, { initializer: heNormal(slope) }), leakyRelu(slope)]),
        dense(1),
      ]),
      prior: normalPrior(latent),
      objective: objectives[objective],
      penalties: gamma === 0 ? [] : [r1(gamma), r2(gamma)],
      optimizers: { generator: optimizer, discriminator: optimizer },
      update: 'alternating',
      averageDecay: averageDecayOf(average),
      dataRange: 'signed',
    }
  },
})
