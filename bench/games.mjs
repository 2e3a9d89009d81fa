// The games of games.json, as Forger plays them.

import { rules } from './peers/stand-in.mjs'

/**
 * What is used of the library, in Node or in a page.
 * @typedef {Pick<typeof import('../src/browser.ts'), 'layers' | 'normalPrior' | 'objectives' | 'optimizers' | 'r1' | 'r2'>} Library
 * @typedef {import('../src/gan/game.ts').Game} Game
 */

/**
 * @param {Library} forger
 * @param {import('./peers/stand-in.mjs').GameName} name
 * @returns {Game}
 */
export function gameNamed({ layers, normalPrior, objectives, optimizers, r1, r2 }, name) {
  const { generator, discriminator, objective, gamma } = rules.games[name]
  const { learningRate, beta1, beta2, epsilon, batch, pixels, leakyReluSlope } = rules
  const { dense, leakyRelu, stack, tanh } = layers
  const optimizer = optimizers.adam({ learningRate, beta1, beta2, epsilon })
  const perceptron = (/** @type {readonly number[]} */ [, first, ...others]) => [
    dense(first),
    ...others.flatMap((units) => [leakyRelu(leakyReluSlope), dense(units)]),
  ]
  return {
    generator: stack([...perceptron(generator), tanh()]),
    discriminator: stack(perceptron(discriminator)),
    prior: normalPrior(generator[0]),
    objective: objective === 'non-saturating' ? objectives.nonSaturating : objectives.relativisticPaired,
    penalties: gamma === 0 ? [] : [r1(gamma), r2(gamma)],
    optimizers: { generator: optimizer, discriminator: optimizer },
    discriminatorSteps: 1,
    update: 'alternating',
    averageDecay: null,
    batch,
    dataShape: [pixels],
    dataRange: 'signed',
  }
}
