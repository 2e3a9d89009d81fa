import { objectives } from '../gan/losses/objectives.ts'
import { normalPrior } from '../gan/priors/priors.ts'
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
  spectralNorm,
  stack,
  tanh,
  zeros,
} from '../nn/index.ts'
import { adam } from '../optim/index.ts'
import { range } from '../tensor/shape.ts'
import { byTwo, imageSteps } from './image-steps.ts'
import { adamSettings, averageDecayOf, averageSettings, firstChannels, latentSize, leak } from './kinds.ts'
import { recipe } from './recipe.ts'

const initial = { initializer: normal(0.02), biasInitializer: zeros }

/** Keeps its size. */
const same = { kernel: 3, padding: 1 }

/**
 * Miyato et al. 2018, "Spectral Normalization for Generative Adversarial Networks": every weight of the discriminator is divided
 * by its largest singular value, and both players want the hinge's margin (equations 16 and 17). The networks are the standard CNNs of
 * their table 3, at width 64; Adam, batch and updates are setting C of table 1. Width 32 is for two cores.
 * Of 10,000 samples after 3,000 steps at width 16 (2.4 minutes on two cores): all ten classes of MNIST, FID (forger-lenet) 14.1
 * (docs/results.md).
 */
export const sngan = recipe({
  name: 'sngan',
  summary: 'spectral normalization and hinge, for images',
  defaults: { batch: 64, learningRate: 2e-4, discriminatorSteps: 1, steps: 6000, minutes: 20 },
  settings: {
    latent: latentSize.default(128).describe('numbers in one latent'),
    width: firstChannels
      .default(32)
      .describe("channels of the discriminator's first layer and of the generator's last hidden one"),
    slope: leak.default(0.1).describe("what the discriminator's leaky rectifiers leave of numbers below 0"),
    adam: adamSettings({ beta1: 0.5, beta2: 0.999 }),
    average: averageSettings({ decay: 0 }),
  },
  game({ dataShape, learningRate }, { latent, width, slope, average, ...told }) {
    const { start, doublings, channels } = imageSteps('sngan', dataShape)
    const coarsest = width * 2 ** doublings
    // From the finest hidden layer to the one before the coarsest.
    const widths = range(doublings).map((halvings) => width * 2 ** halvings)
    const optimizer = adam({ learningRate, ...told.adam })
    return {
      generator: stack([
        dense(start[0] * start[1] * coarsest, initial),
        reshape([...start, coarsest]),
        ...widths
          .toReversed()
          .flatMap((units) => [convTranspose2d(units, { ...byTwo, ...initial, bias: false }), batchNorm(), relu()]),
        conv2d(channels, { ...same, ...initial }),
        tanh(),
      ]),
      discriminator: stack([
        ...widths.flatMap((units) => [
          spectralNorm(conv2d(units, { ...same, ...initial })),
          leakyRelu(slope),
          spectralNorm(conv2d(units, { ...byTwo, ...initial })),
          leakyRelu(slope),
        ]),
        spectralNorm(conv2d(coarsest, { ...same, ...initial })),
        leakyRelu(slope),
        flatten(),
        spectralNorm(dense(1, initial)),
      ]),
      prior: normalPrior(latent),
      objective: objectives.hinge,
      penalties: [],
      optimizers: { generator: optimizer, discriminator: optimizer },
      update: 'alternating',
      averageDecay: averageDecayOf(average),
      dataRange: 'signed',
    }
  },
})
