import * as z from 'zod'
import { objectives } from '../gan/losses/objectives.ts'
import { r1, r2 } from '../gan/losses/penalties.ts'
import { normalPrior } from '../gan/priors/priors.ts'
import {
  averagePool,
  conv2d,
  dense,
  flatten,
  heNormal,
  leakyRelu,
  pointwise,
  reshape,
  residual,
  scaled,
  stack,
  tanh,
  upsample,
  zeros,
} from '../nn/index.ts'
import type { Layer } from '../nn/layer.ts'
import { adam, inverseSquareRoot } from '../optim/index.ts'
import { range } from '../tensor/shape.ts'
import { imageSteps } from './image-steps.ts'
import {
  adamSettings,
  averageDecayOf,
  averageSettings,
  firstChannels,
  latentSize,
  slowdownSteps,
  weight,
} from './kinds.ts'
import { recipe } from './recipe.ts'

const slope = 0.2

/** Channels in one group of a grouped convolution, where they divide. */
const groupSize = 16

/** Coarse features have at most so many times the channels of the finest. */
const mostChannels = 8

/**
 * Huang et al. 2024, "The GAN is dead; long live the GAN! A Modern Baseline GAN", written from the paper alone: two residual
 * networks that mirror each other, without any normalization; bilinear resampling and leaky rectifiers (0.2); relativistic
 * pairing with R1 and R2 at every step; Adam without momentum and a moving average. Smaller than theirs (1 block per resolution,
 * 16 channels), so that it trains on two cores; settings make it as large as wanted. Where they anneal gamma, beta2 and the learning
 * rate, only the last falls here; where they learn a 4 x 4 basis, a dense layer starts the generator; and tanh keeps
 * images in their range. Of 10,000 samples after 3,000 steps (12 minutes on two cores): all ten classes, FID (forger-lenet) 9.3 on MNIST and
 * 14.1 on Fashion-MNIST; after 9,000 steps on StackedMNIST (35 minutes) all 1000 modes, KL 0.18 (docs/results.md).
 */
export const r3gan = recipe({
  name: 'r3gan',
  summary: 'residual, without normalization: the modern baseline, for images',
  defaults: { batch: 64, learningRate: 5e-4, discriminatorSteps: 1, steps: 6000, minutes: 20 },
  settings: {
    latent: latentSize.default(64).describe('numbers in one latent'),
    width: firstChannels
      .default(16)
      .describe(`channels at full size; twice as many at every halving, up to ${mostChannels} times`),
    blocks: z.int().min(1).max(16).default(1).describe('residual blocks at every resolution'),
    expansion: z.int().min(1).max(8).default(2).describe('how many times more channels there are within a block'),
    gamma: weight.default(1).describe('weight of both gradient penalties (R1 and R2); 0 for none'),
    adam: adamSettings({ beta1: 0, beta2: 0.99 }),
    slowdown: slowdownSteps.default(2000).describe('the learning rate is divided by the root of 1 + step / slowdown'),
    average: averageSettings({ decay: 0.999 }),
  },
  game({ dataShape, learningRate }, told) {
    const { latent, width, blocks, expansion, gamma, slowdown, average } = told
    const { start, doublings, channels } = imageSteps('r3gan', dataShape)
    // From the finest resolution to the coarsest.
    const widths = range(doublings + 1).map((halvings) => width * Math.min(2 ** halvings, mostChannels))
    const [finest, ...coarser] = widths
    const [coarsest, ...finer] = widths.toReversed()
    const trunk = { blocks, expansion, inAll: blocks * widths.length }
    const optimizer = adam({ learningRate: inverseSquareRoot(learningRate, slowdown), ...told.adam })
    return {
      generator: stack([
        dense(start[0] * start[1] * coarsest, linear),
        reshape([...start, coarsest]),
        ...blocksOf(coarsest, trunk),
        ...finer.flatMap((units) => [pointwise(units, linear), upsample(2, 'bilinear'), ...blocksOf(units, trunk)]),
        pointwise(channels, linear),
        tanh(),
      ]),
      discriminator: stack([
        pointwise(finest, linear),
        ...blocksOf(finest, trunk),
        // Bilinear, halved: the mean of four pixels.
        ...coarser.flatMap((units) => [
          averagePool({ kernel: 2 }),
          pointwise(units, linear),
          ...blocksOf(units, trunk),
        ]),
        flatten(),
        dense(1, linear),
      ]),
      prior: normalPrior(latent),
      objective: objectives.relativisticPaired,
      penalties: gamma === 0 ? [] : [r1(gamma), r2(gamma)],
      optimizers: { generator: optimizer, discriminator: optimizer },
      update: 'alternating',
      averageDecay: averageDecayOf(average),
      dataRange: 'signed',
    }
  },
})

/** Between blocks nothing bends: what leaves such a layer is as large as what enters. */
const linear = { initializer: heNormal(1), biasInitializer: zeros }

interface Trunk {
  /** At each resolution. */
  readonly blocks: number
  readonly expansion: number
  /** In the whole player. */
  readonly inAll: number
}

/**
 * x + branch(x), the branch an inverted bottleneck: 1 x 1 to more channels, 3 x 3 in groups, 1 x 1 back. It begins as Fixup has it
 * (Zhang et al. 2019): of L branches with m = 3 layers each, the last layer is 0 and the others are scaled by L^(-1 / (2m - 2)).
 */
function blocksOf(channels: number, { blocks, expansion, inAll }: Trunk): Layer[] {
  const inner = channels * expansion
  const bent = { initializer: scaled(inAll ** (-1 / 4), heNormal(slope)), biasInitializer: zeros }
  const groups = inner % groupSize === 0 ? inner / groupSize : 1
  return range(blocks).map(() =>
    residual(
      stack([
        pointwise(inner, bent),
        leakyRelu(slope),
        conv2d(inner, { kernel: 3, padding: 1, groups, ...bent }),
        leakyRelu(slope),
        pointwise(channels, { initializer: zeros, bias: false }),
      ]),
    ),
  )
}
