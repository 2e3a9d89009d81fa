/**
 * A recipe of your own, for the command line: `forger train examples/own-recipe.ts --data mnist --set game.units=128`.
 * Everything a run has (resume, pictures, report, ONNX) comes with it; `forger recipes examples/own-recipe.ts` tells its settings.
 */
import { layers, normalPrior, objectives, optimizers, penalties, recipe, settings } from 'forger-gan'

const { dense, dropout, flatten, leakyRelu, reshape, stack, tanh } = layers

/** Least squares (Mao et al. 2017) between two perceptrons of one hidden layer, held back by R1 and dropout. */
export default recipe({
  name: 'own',
  summary: 'least squares between two small perceptrons',
  defaults: { batch: 64, learningRate: 5e-4, discriminatorSteps: 1, steps: 3000, minutes: 1 },
  settings: {
    latent: settings.latentSize.default(32).describe('numbers in one latent'),
    units: settings.layerUnits.default([256]).describe('units of the hidden layers of both players'),
    gamma: settings.weight.default(0.5).describe('weight of the gradient penalty'),
  },
  game({ dataShape, learningRate }, { latent, units, gamma }) {
    const hidden = units.flatMap((count) => [dense(count), leakyRelu()])
    const size = dataShape.reduce((product, extent) => product * extent, 1)
    const optimizer = optimizers.adam({ learningRate, beta1: 0.5 })
    return {
      generator: stack([...hidden, dense(size), tanh(), reshape(dataShape)]),
      discriminator: stack([flatten(), ...hidden, dropout(0.2), dense(1)]),
      prior: normalPrior(latent),
      objective: objectives.leastSquares,
      penalties: [penalties.r1(gamma)],
      optimizers: { generator: optimizer, discriminator: optimizer },
      update: 'alternating',
      averageDecay: 0.99,
      dataRange: 'signed',
    }
  },
})
