/** A recipe for games that go wrong, as `npm run evidence:stop` plays them: what keeps both players a match can be taken away. */
import * as z from 'zod'
import { isImageShape } from '../src/data/source.ts'
import { objectives } from '../src/gan/losses/objectives.ts'
import { r1, r2 } from '../src/gan/losses/penalties.ts'
import { normalPrior } from '../src/gan/priors/priors.ts'
import { dense, flatten, heNormal, leakyRelu, reshape, stack, tanh } from '../src/nn/index.ts'
import { adam } from '../src/optim/index.ts'
import { recipe } from '../src/recipes/index.ts'
import { group, latentSize, layerUnits, weight } from '../src/recipes/kinds.ts'
import { sizeOf } from '../src/tensor/shape.ts'

const slope = 0.2
const player = (units: readonly number[]) =>
  group({ units: layerUnits.default([...units]).describe('units of its hidden layers') })

export default recipe({
  name: 'unfair',
  summary: 'two perceptrons, of which one may be given an advantage',
  defaults: { batch: 64, learningRate: 1e-3, discriminatorSteps: 1, steps: 5000, minutes: 10 },
  settings: {
    latent: latentSize.default(32).describe('numbers in one latent'),
    generator: player([128, 256]),
    discriminator: player([256, 128]),
    objective: z.enum(['minimax', 'nonSaturating']).default('nonSaturating').describe('what both players want'),
    rounds: z.int().min(1).max(100).default(1).describe('updates of the discriminator per step'),
    handicap: weight.default(1).describe('the learning rate of the generator, in units of that of the discriminator'),
    gamma: weight.default(0).describe('weight of both gradient penalties'),
  },
  game({ dataShape, learningRate }, { latent, generator, discriminator, objective, rounds, handicap, gamma }) {
    const hidden = (units: readonly number[]) =>
      units.flatMap((count) => [dense(count, { initializer: heNormal(slope) }), leakyRelu(slope)])
    return {
      generator: stack([
        ...hidden(generator.units),
        dense(sizeOf(dataShape)),
        ...(isImageShape(dataShape) ? [tanh()] : []),
        reshape(dataShape),
      ]),
      discriminator: stack([flatten(), ...hidden(discriminator.units), dense(1)]),
      prior: normalPrior(latent),
      objective: objectives[objective],
      penalties: gamma === 0 ? [] : [r1(gamma), r2(gamma)],
      optimizers: {
        generator: adam({ learningRate: handicap * learningRate, beta1: 0.5 }),
        discriminator: adam({ learningRate, beta1: 0.5 }),
      },
      update: 'alternating',
      averageDecay: null,
      dataRange: 'signed',
      discriminatorSteps: rounds,
    }
  },
})
