import * as z from 'zod'
import { isImageShape } from '../data/source.ts'
import { objectives } from '../gan/losses/objectives.ts'
import type { Objective } from '../gan/losses/objectives.ts'
import { uniformPrior } from '../gan/priors/priors.ts'
import { dense, dropout, fixed, flatten, maxout, relu, reshape, sigmoid, stack, uniform, zeros } from '../nn/index.ts'
import type { Initializer } from '../nn/initializers.ts'
import { exponentialDecay, piecewiseLinear, sgd } from '../optim/index.ts'
import { UserError } from '../tensor/errors.ts'
import { mul } from '../tensor/operations/index.ts'
import { range, sizeOf } from '../tensor/shape.ts'
import { group, latentSize } from './kinds.ts'
import { recipe } from './recipe.ts'

const { nonSaturating } = objectives

/** As in the code of 2014, the discriminator pays the mean of both cross-entropies rather than their sum. */
const halved: Objective = {
  ...nonSaturating,
  discriminator: (real, fake) => mul(nonSaturating.discriminator(real, fake), 0.5),
}

/** Epochs of the 50,000 digits to train on, in batches of 100: what momentum is told in. */
const updatesPerEpoch = 500

const rootOf3 = Math.sqrt(3)

/**
 * Goodfellow et al. 2014, "Generative Adversarial Nets": the configuration of their code behind the article's MNIST figures. Latents
 * uniform with variance 1; rectifiers and a sigmoid against maxout with dropout; stochastic gradient descent with a falling rate and a
 * rising momentum; both players learn from the same minibatch at once. The generator's last bias begins where its samples have the
 * data's mean, if that is known. The article reports a Parzen-window log-likelihood of 225 +- 2 nats, after many hours; here it had
 * 204.0 +- 2.3 after 300,000 steps (125 minutes on two cores, seed 0), and 219.1 +- 2.3 after 60,000 more at a tenth of its rate, to
 * which that falls in 576,000 steps by itself (`npm run reproduce`).
 */
export const paper = recipe({
  name: 'paper',
  summary: 'the game of 2014 as its authors played it, for small images',
  defaults: { batch: 100, learningRate: 0.1, discriminatorSteps: 1, steps: 50_000, minutes: 60 },
  settings: {
    latent: latentSize.default(100).describe('numbers in one latent'),
    units: z.int().min(1).max(16_384).default(1200).describe("units of each of the generator's two hidden layers"),
    maxout: group({
      units: z.int().min(1).max(4096).default(240).describe("units of each of the discriminator's two hidden layers"),
      pieces: z.int().min(1).max(64).default(5).describe('weighted sums of which each unit takes the largest'),
    }),
  },
  game({ dataShape, dataMean, learningRate }, { latent, units, ...told }) {
    if (!isImageShape(dataShape)) {
      throw new UserError('The recipe paper learns images, and points are none; take the recipe points for them.')
    }
    const optimizer = sgd({
      learningRate: exponentialDecay(learningRate, 1.000004, 1e-6),
      momentum: piecewiseLinear([
        [updatesPerEpoch, 0.5],
        [250 * updatesPerEpoch, 0.7],
      ]),
    })
    const within = (limit: number) => ({ initializer: uniform(limit), biasInitializer: zeros })
    const pieces = () => maxout(told.maxout.units, told.maxout.pieces, within(0.005))
    return {
      generator: stack([
        ...range(2).flatMap(() => [dense(units, within(0.05)), relu()]),
        dense(sizeOf(dataShape), { ...within(0.05), biasInitializer: marginalsOf(dataMean?.() ?? null) }),
        sigmoid(),
        reshape(dataShape),
      ]),
      discriminator: stack([
        flatten(),
        dropout(0.2),
        pieces(),
        dropout(0.5),
        pieces(),
        dropout(0.5),
        dense(1, within(0.005)),
      ]),
      prior: uniformPrior(latent, -rootOf3, rootOf3),
      objective: halved,
      penalties: [],
      optimizers: { generator: optimizer, discriminator: optimizer },
      update: 'simultaneous',
      averageDecay: null,
      dataRange: 'unit',
    }
  },
})

/** How near to 0 and 1 a mean may be, as logits have to be finite. */
const nearest = 1e-7

/** Logits of the mean of every pixel: a generator that sees nothing yet then draws the mean of the data. */
function marginalsOf(mean: ArrayLike<number> | null): Initializer {
  if (mean === null) return zeros
  return fixed(
    Array.from(mean, (byte) => {
      const share = Math.min(Math.max(byte / 255, nearest), 1 - nearest)
      return Math.log(share / (1 - share))
    }),
  )
}
