import * as z from 'zod'
import { objectives } from '../gan/losses/objectives.ts'
import { uniformPrior } from '../gan/priors/priors.ts'
import {
  batchNorm,
  conv2d,
  convTranspose2d,
  dense,
  flatten,
  leakyRelu,
  normal,
  relu,
  reshape,
  stack,
  tanh,
  zeros,
} from '../nn/index.ts'
import type { Layer } from '../nn/layer.ts'
import { adam } from '../optim/index.ts'
import { range } from '../tensor/shape.ts'
import { byTwo, imageSteps } from './image-steps.ts'
import { adamSettings, averageDecayOf, averageSettings, firstChannels, latentSize, leak } from './kinds.ts'
import { recipe } from './recipe.ts'

/** "All weights were initialized from a zero-centered Normal distribution with standard deviation 0.02." */
const initial = { initializer: normal(0.02), biasInitializer: zeros }

/**
 * Radford et al. 2016, "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks":
 * convolutions with strides in place of pooling, batch normalization in both players but for the generator's output and the
 * discriminator's input, no hidden dense layers. At width 64 the generator has the channels of their figure 1: 1024, 512, 256, 128
 * for images of 64 x 64, and those from 512 on for 32 x 32. Kernels are 4 x 4, which a stride of 2 divides evenly. Of 10,000 samples after 6,000 steps at width 32 (9 minutes on two
 * cores): all ten classes, FID (forger-lenet) 14.0 on MNIST and 10.5 on Fashion-MNIST (docs/results.md).
 */
export const dcgan = recipe({
  name: 'dcgan',
  summary: 'convolutions with batch normalization, for images',
  defaults: { batch: 128, learningRate: 2e-4, discriminatorSteps: 1, steps: 6000, minutes: 20 },
  settings: {
    latent: latentSize.default(100).describe('numbers in one latent'),
    width: firstChannels
      .default(64)
      .describe("channels of the discriminator's first layer; twice as many has the generator's last hidden one"),
    batchNorm: z.boolean().default(true).describe('whether both players normalize over the batch'),
    slope: leak.default(0.2).describe("what the discriminator's leaky rectifiers leave of numbers below 0"),
    adam: adamSettings({ beta1: 0.5, beta2: 0.999 }),
    average: averageSettings({ decay: 0 }),
  },
  game({ dataShape, learningRate }, { latent, width, slope, average, ...told }) {
    const { start, doublings, channels } = imageSteps('dcgan', dataShape)
    // What a normalization would subtract again, a layer in front of it does not add.
    const options = { ...initial, bias: !told.batchNorm }
    const normalized = (layer: Layer): Layer[] => (told.batchNorm ? [layer, batchNorm()] : [layer])
    const coarsest = [...start, 2 ** doublings * width]
    const finer = range(doublings - 1).map((step) => 2 ** (doublings - 1 - step) * width)
    const coarser = range(doublings - 1).map((step) => 2 ** (step + 1) * width)
    const optimizer = adam({ learningRate, ...told.adam })
    return {
      generator: stack([
        dense(
          coarsest.reduce((size, extent) => size * extent),
          options,
        ),
        reshape(coarsest),
        ...(told.batchNorm ? [batchNorm()] : []),
        relu(),
        ...finer.flatMap((units) => [...normalized(convTranspose2d(units, { ...byTwo, ...options })), relu()]),
        convTranspose2d(channels, { ...byTwo, ...initial }),
        tanh(),
      ]),
      discriminator: stack([
        conv2d(width, { ...byTwo, ...initial }),
        leakyRelu(slope),
        ...coarser.flatMap((units) => [...normalized(conv2d(units, { ...byTwo, ...options })), leakyRelu(slope)]),
        flatten(),
        dense(1, initial),
      ]),
      prior: uniformPrior(latent),
      objective: objectives.nonSaturating,
      penalties: [],
      optimizers: { generator: optimizer, discriminator: optimizer },
      update: 'alternating',
      averageDecay: averageDecayOf(average),
      dataRange: 'signed',
    }
  },
})
