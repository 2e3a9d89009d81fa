import { objectives } from '../gan/losses/objectives.ts'
import { gradientPenalty } from '../gan/losses/penalties.ts'
import { normalPrior } from '../gan/priors/priors.ts'
import {
  batchNorm,
  conv2d,
  convTranspose2d,
  dense,
  flatten,
  heNormal,
  layerNorm,
  leakyRelu,
  relu,
  reshape,
  stack,
  tanh,
  zeros,
} from '../nn/index.ts'
import { adam } from '../optim/index.ts'
import { range } from '../tensor/shape.ts'
import { byTwo, imageSteps } from './image-steps.ts'
import { adamSettings, averageDecayOf, averageSettings, firstChannels, latentSize, weight } from './kinds.ts'
import { recipe } from './recipe.ts'

const slope = 0.2
const initial = { initializer: heNormal(slope), biasInitializer: zeros }

/**
 * Gulrajani et al. 2017, "Improved Training of Wasserstein GANs": a critic in place of a discriminator, five of its updates to one
 * of the generator's, its slopes drawn to 1 between real and fake samples (Algorithm 1: lambda 10, Adam 1e-4 with beta1 0 and
 * beta2 0.9, batches of 64). The penalty is of each sample's own slope, so the critic normalizes layers instead of batches
 * (section 4). Both players are of the DCGAN kind, as in section 5. Of 10,000 samples after 8,000 steps of the generator at width 16 (6 minutes
 * on two cores): all ten classes of MNIST, FID (forger-lenet) 21.9 (docs/results.md).
 */
export const wganGp = recipe({
  name: 'wgan-gp',
  summary: 'a critic with a gradient penalty, for images; slow but steady',
  defaults: { batch: 64, learningRate: 1e-4, discriminatorSteps: 5, steps: 4000, minutes: 30 },
  settings: {
    latent: latentSize.default(128).describe('numbers in one latent'),
    width: firstChannels
      .default(32)
      .describe("channels of the critic's first layer and of the generator's last hidden one"),
    lambda: weight.default(10).describe('weight of the gradient penalty'),
    adam: adamSettings({ beta1: 0, beta2: 0.9 }),
    average: averageSettings({ decay: 0 }),
  },
  game({ dataShape, learningRate }, { latent, width, lambda, average, ...told }) {
    const { start, doublings, channels } = imageSteps('wgan-gp', dataShape)
    // From the finest hidden layer to the coarsest.
    const widths = range(doublings).map((halvings) => width * 2 ** halvings)
    const [finest, ...coarser] = widths
    const [coarsest, ...finer] = widths.toReversed()
    const optimizer = adam({ learningRate, ...told.adam })
    return {
      generator: stack([
        dense(start[0] * start[1] * coarsest, { ...initial, bias: false }),
        reshape([...start, coarsest]),
        batchNorm(),
        relu(),
        ...finer.flatMap((units) => [
          convTranspose2d(units, { ...byTwo, ...initial, bias: false }),
          batchNorm(),
          relu(),
        ]),
        convTranspose2d(channels, { ...byTwo, ...initial }),
        tanh(),
      ]),
      discriminator: stack([
        conv2d(finest, { ...byTwo, ...initial }),
        leakyRelu(slope),
        ...coarser.flatMap((units) => [conv2d(units, { ...byTwo, ...initial }), layerNorm(), leakyRelu(slope)]),
        flatten(),
        dense(1, initial),
      ]),
      prior: normalPrior(latent),
      objective: objectives.wasserstein,
      penalties: [gradientPenalty(lambda)],
      optimizers: { generator: optimizer, discriminator: optimizer },
      update: 'alternating',
      averageDecay: averageDecayOf(average),
      dataRange: 'signed',
    }
  },
})
