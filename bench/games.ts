/** The games of games.json, as Forger plays them. */

import { objectives } from '../src/gan/objectives.ts'
import { r1, r2 } from '../src/gan/penalties.ts'
import { normalPrior } from '../src/gan/priors.ts'
import type { Game } from '../src/gan/game.ts'
import { dense, leakyRelu, stack, tanh } from '../src/nn/index.ts'
import type { Layer } from '../src/nn/layer.ts'
import { adam } from '../src/optim/index.ts'
import { rules } from './peers/stand-in.ts'
import type { GameName } from './peers/stand-in.ts'

const objectiveNamed: Record<string, Game['objective']> = {
  'non-saturating': objectives.nonSaturating,
  'relativistic-pairing': objectives.relativisticPaired,
}

export function gameNamed(name: GameName): Game {
  const { generator, discriminator, objective, gamma } = rules.games[name]
  const { learningRate, beta1, beta2, epsilon, batch, pixels } = rules
  const optimizer = adam({ learningRate, beta1, beta2, epsilon })
  return {
    generator: stack([...perceptron(generator), tanh()]),
    discriminator: stack(perceptron(discriminator)),
    prior: normalPrior(generator[0]),
    objective: objectiveNamed[objective],
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

/** Dense layers of these widths, the first being the input's, with leaky rectifiers between them. */
const perceptron = (widths: readonly number[]): Layer[] =>
  widths.slice(1).flatMap((units, i) => (i === 0 ? [dense(units)] : [leakyRelu(rules.leakyReluSlope), dense(units)]))
