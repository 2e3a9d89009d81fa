import * as z from 'zod'
import { isImageShape } from '../data/source.ts'
import { auxiliaryClassifier } from '../gan/condition.ts'
import type { Condition } from '../gan/condition.ts'
import { objectives } from '../gan/objectives.ts'
import { r1, r2 } from '../gan/penalties.ts'
import { normalPrior } from '../gan/priors.ts'
import { concatenation, dense, flatten, heNormal, leakyRelu, projection, reshape, stack, tanh } from '../nn/index.ts'
import type { Layer } from '../nn/layer.ts'
import { adam, inverseSquareRoot } from '../optim/index.ts'
import { UserError } from '../tensor/errors.ts'
import { sizeOf } from '../tensor/shape.ts'
import {
  adamSettings,
  averageDecayOf,
  averageSettings,
  group,
  latentSize,
  layerUnits,
  leak,
  slowdownSteps,
  weight,
} from './kinds.ts'
import { recipe } from './recipe.ts'

/** How a discriminator takes the class of a sample into account, around its hidden layers. */
interface Judging {
  layers(hidden: readonly Layer[]): readonly Layer[]
  readonly condition: Condition
}

/** By the name of the setting `condition`. */
const judgings = {
  /** Miyato and Koyama 2018: the logit gains the inner product of the features with a vector of the class's own. */
  projection: (classes) => ({ layers: (hidden) => [...hidden, projection(classes)], condition: { classes } }),
  /** Mirza and Osindero 2014: the class stands beside the sample. */
  concatenation: (classes) => ({
    layers: (hidden) => [concatenation(classes), ...hidden, dense(1)],
    condition: { classes },
  }),
  /** Odena et al. 2017: the discriminator does not see the class but names it. */
  classifier: (classes) => ({
    layers: (hidden) => [...hidden, dense(1 + classes)],
    condition: { classes, classifier: auxiliaryClassifier() },
  }),
} as const satisfies Record<string, (classes: number) => Judging>

/**
 * The recipe `mlp` with classes: the generator is given the class beside the latent (Mirza and Osindero 2014, "Conditional
 * Generative Adversarial Nets"), and the discriminator takes it into account in one of three ways. Multilayer perceptrons learn
 * digits in minutes on two cores, and take images of any size and points alike.
 */
export const conditional = recipe({
  name: 'conditional',
  summary: 'samples by class, for small images or points with labels',
  defaults: { batch: 128, learningRate: 1e-3, discriminatorSteps: 1, steps: 6000, minutes: 3 },
  settings: {
    condition: z
      .enum(['projection', 'concatenation', 'classifier'] satisfies (keyof typeof judgings)[])
      .default('projection')
      .describe('how the discriminator takes classes into account'),
    latent: latentSize.default(100).describe('numbers in one latent'),
    generator: group({
      units: layerUnits.default([256, 512, 1024]).describe('units of its hidden layers, from the latent to the image'),
    }),
    discriminator: group({
      units: layerUnits.default([512, 256]).describe('units of its hidden layers, from the image to the logit'),
    }),
    slope: leak.default(0.2).describe('what leaky rectifiers leave of numbers below 0, in both players'),
    gamma: weight.default(1).describe('weight of both gradient penalties (R1 and R2); 0 for none'),
    adam: adamSettings({ beta1: 0, beta2: 0.99 }),
    slowdown: slowdownSteps.default(300).describe('the learning rate is divided by the root of 1 + step / slowdown'),
    average: averageSettings({ decay: 0.999 }),
  },
  game({ dataShape, classes, batch, learningRate, discriminatorSteps }, told) {
    if (!classes) {
      throw new UserError(
        'The recipe conditional learns classes, but the data has no labels; give data with labels, or take the recipe mlp.',
      )
    }
    const { latent, generator, discriminator, slope, gamma, slowdown, average } = told
    const judging: Judging = judgings[told.condition](classes)
    const hidden = (units: readonly number[]): Layer[] =>
      units.flatMap((count) => [dense(count, { initializer: heNormal(slope) }), leakyRelu(slope)])
    const bounds = isImageShape(dataShape) ? [tanh()] : []
    const optimizer = adam({ learningRate: inverseSquareRoot(learningRate, slowdown), ...told.adam })
    return {
      generator: stack([
        concatenation(classes),
        ...hidden(generator.units),
        dense(sizeOf(dataShape)),
        ...bounds,
        reshape(dataShape),
      ]),
      discriminator: stack([flatten(), ...judging.layers(hidden(discriminator.units))]),
      prior: normalPrior(latent),
      objective: objectives.relativisticPaired,
      penalties: gamma === 0 ? [] : [r1(gamma), r2(gamma)],
      condition: judging.condition,
      optimizers: { generator: optimizer, discriminator: optimizer },
      discriminatorSteps,
      update: 'alternating',
      averageDecay: averageDecayOf(average),
      batch,
      dataShape,
      dataRange: 'signed',
    }
  },
})
