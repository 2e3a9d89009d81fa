import { objectives } from '../../../src/gan/losses/objectives.ts'
import { normalPrior } from '../../../src/gan/priors/priors.ts'
import type { TwoPlayerSettings, TwoPlayerState } from '../../../src/gan/players/two-player.ts'
import { dense, leakyRelu, noVariables, stack } from '../../../src/nn/index.ts'
import type { Layer, Mode } from '../../../src/nn/index.ts'
import { sgd } from '../../../src/optim/index.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'

export const still = sgd({ learningRate: 0 })
const descent = sgd({ learningRate: 0.05 })

/** Two small players of points in the plane, but for the parts that are told. */
export const pointSettings = (changes: Partial<TwoPlayerSettings> = {}): TwoPlayerSettings => ({
  generator: stack([dense(4), leakyRelu(), dense(2)]),
  discriminator: stack([dense(5), leakyRelu(), dense(1)]),
  prior: normalPrior(3),
  objective: objectives.nonSaturating,
  penalties: [],
  optimizers: { generator: descent, discriminator: descent },
  discriminatorSteps: 1,
  update: 'alternating',
  averageDecay: null,
  batch: 4,
  dataShape: [2],
  dataRange: null,
  ...changes,
})

/** A layer without variables that makes points of its input, and of whatever else it knows. */
export const pointLayer = (apply: (x: Tensor, mode: Mode) => Tensor): Layer => ({
  name: 'pointLayer',
  mixesBatch: false,
  init: () => ({ ...noVariables, shape: [2] }),
  apply: (_variables, x, mode) => ({ output: apply(x, mode), buffers: {} }),
})

/** The state of players without variables. */
export const noState: TwoPlayerState = {
  generator: noVariables,
  discriminator: noVariables,
  optimizers: { generator: {}, discriminator: {} },
  average: noVariables,
}
