// The games of peers/games.json and peers/image-games.json, as Forger plays them.

import { rules, rulesOf } from './peers/stand-in.mjs'

/**
 * What is used of the library, in Node or in a page.
 * @typedef {typeof import('../src/browser.ts')} Browser
 * @typedef {Pick<Browser, 'layers' | 'normalPrior' | 'objectives' | 'optimizers' | 'r1' | 'r2' | 'twoPlayerGame'>} Library
 * @typedef {import('../src/browser.ts').TwoPlayerGame} TwoPlayerGame
 * @typedef {import('../src/nn/layer.ts').Layer} Layer
 * @typedef {import('./peers/stand-in.mjs').LayerText} LayerText
 */

/**
 * @param {Library} forger
 * @param {import('./peers/stand-in.mjs').GameName} name
 * @returns {TwoPlayerGame}
 */
export function gameNamed({ layers, normalPrior, objectives, optimizers, r1, r2, twoPlayerGame }, name) {
  const { generator, discriminator, objective, gamma, latent, batch, image } = rulesOf(name)
  const { learningRate, beta1, beta2, epsilon } = rules
  const optimizer = optimizers.adam({ learningRate, beta1, beta2, epsilon })
  return twoPlayerGame({
    generator: player(layers, generator),
    discriminator: player(layers, discriminator),
    prior: normalPrior(latent),
    objective: objective === 'non-saturating' ? objectives.nonSaturating : objectives.relativisticPaired,
    penalties: gamma === 0 ? [] : [r1(gamma), r2(gamma)],
    optimizers: { generator: optimizer, discriminator: optimizer },
    discriminatorSteps: 1,
    update: 'alternating',
    averageDecay: null,
    batch,
    dataShape: image,
    dataRange: 'signed',
  })
}

/**
 * How many parameters each player of a trainer has: generator, discriminator.
 * @param {{ readonly variables: ReadonlyMap<string, { readonly block: { readonly size: number } }> }} trainer
 * @returns {[number, number]}
 */
export function parameterCounts({ variables }) {
  const ofPlayer = (/** @type {string} */ name) =>
    [...variables]
      .filter(([path]) => path.startsWith(`${name}.parameters.`))
      .reduce((sum, [, { block }]) => sum + block.size, 0)
  return [ofPlayer('generator'), ofPlayer('discriminator')]
}

/**
 * @param {Library['layers']} layers
 * @param {readonly LayerText[]} table
 * @returns {Layer}
 */
function player(layers, table) {
  /** @type {Record<string, (numbers: number[], bias: boolean) => Layer>} */
  const kinds = {
    dense: ([units]) => layers.dense(units),
    leaky: () => layers.leakyRelu(rules.leakyReluSlope),
    tanh: () => layers.tanh(),
    image: (shape) => layers.reshape(shape),
    flatten: () => layers.flatten(),
    norm: () => layers.batchNorm(),
    down: ([units], bias) => layers.conv2d(units, { kernel: 4, stride: 2, padding: 1, bias }),
    up: ([units], bias) => layers.convTranspose2d(units, { kernel: 4, stride: 2, padding: 1, bias }),
    conv: ([units, kernel], bias) => layers.conv2d(units, { kernel, padding: (kernel - 1) / 2, bias }),
    double: () => layers.upsample(2),
    halve: () => layers.averagePool({ kernel: 2 }),
  }
  return layers.stack(
    table.map((layer, i) => {
      if (typeof layer !== 'string') return layers.residual(player(layers, layer.residual))
      const [kind, ...numbers] = layer.split(' ')
      return kinds[kind](numbers.map(Number), table[i + 1] !== 'norm')
    }),
  )
}
