import { readFileSync } from 'node:fs'
import { objectives } from '../../../src/gan/losses/objectives.ts'
import { r1, r2 } from '../../../src/gan/losses/penalties.ts'
import { normalPrior } from '../../../src/gan/priors/priors.ts'
import type { TwoPlayerSettings } from '../../../src/gan/index.ts'
import { batchNorm, dense, leakyRelu, stack, tanh } from '../../../src/nn/index.ts'
import type { Layer } from '../../../src/nn/index.ts'
import { adam } from '../../../src/optim/index.ts'
import type { Numbers } from './oracle.ts'

type Described =
  | { readonly kind: 'dense'; readonly weight: number[]; readonly bias: number[] | null }
  | {
      readonly kind: 'batchNorm'
      readonly scale: number[]
      readonly shift: number[]
      readonly runningMean: number[]
      readonly runningVariance: number[]
    }
  | { readonly kind: 'leakyRelu'; readonly slope: number }
  | { readonly kind: 'tanh' }

type Players = Readonly<Record<'generator' | 'discriminator', Described[]>>

/** A game that PyTorch played. */
export interface Fixture {
  readonly objective: 'non-saturating' | 'relativistic-pairing'
  readonly gamma: number
  readonly sizes: { readonly batch: number; readonly latent: number; readonly data: number }
  readonly adam: {
    readonly learningRate: number
    readonly beta1: number
    readonly beta2: number
    readonly epsilon: number
  }
  readonly initial: Players
  readonly steps: {
    readonly real: number[]
    readonly discriminatorLatent: number[]
    readonly generatorLatent: number[]
    readonly discriminatorLoss: number
    readonly generatorLoss: number
    readonly r1?: number
    readonly r2?: number
  }[]
  readonly final: Players
}

const layerOf = (layer: Described): Layer => {
  if (layer.kind === 'dense') return dense(layer.weight.length / fanIn(layer), { bias: layer.bias !== null })
  if (layer.kind === 'batchNorm') return batchNorm()
  return layer.kind === 'leakyRelu' ? leakyRelu(layer.slope) : tanh()
}

/** Of the layers of these fixtures: one without bias has as many inputs as half its outputs. */
const fanIn = ({ weight, bias }: { weight: number[]; bias: number[] | null }): number =>
  bias === null ? 8 : weight.length / bias.length

/** The variables of described players under the names that a game's state gives them. */
export function stateOf(players: Players): Numbers {
  const found: Record<string, Float64Array> = {}
  for (const player of ['generator', 'discriminator'] as const) {
    const count: Record<string, number> = {}
    for (const layer of players[player]) {
      const number = (count[layer.kind] = (count[layer.kind] ?? 0) + 1)
      for (const [key, value] of Object.entries(layer)) {
        const group = key.startsWith('running') ? 'buffers' : 'parameters'
        if (Array.isArray(value))
          found[`${player}.${group}.${layer.kind}${number}.${key}`] = Float64Array.from(Float32Array.from(value))
      }
    }
  }
  return found
}

export function gameOf({ objective, gamma, sizes, adam: options, initial }: Fixture): TwoPlayerSettings {
  return {
    generator: stack(initial.generator.map(layerOf)),
    discriminator: stack(initial.discriminator.map(layerOf)),
    prior: normalPrior(sizes.latent),
    objective: objective === 'non-saturating' ? objectives.nonSaturating : objectives.relativisticPaired,
    penalties: gamma === 0 ? [] : [r1(gamma), r2(gamma)],
    optimizers: { generator: adam(options), discriminator: adam(options) },
    discriminatorSteps: 1,
    update: 'alternating',
    averageDecay: null,
    batch: sizes.batch,
    dataShape: [sizes.data],
    dataRange: 'signed',
  }
}

export const fixtures = ['mlp-game', 'mlp-r1r2', 'batchnorm-game']

export const readFixture = (name: string): Fixture =>
  JSON.parse(readFileSync(`test/fixtures/torch-${name}.json`, 'utf8'))

/** What the penalties of a step add up to. */
export const penaltyOf = ({ gamma }: Fixture, { r1: real = 0, r2: fake = 0 }: Fixture['steps'][number]): number =>
  (gamma / 2) * (real + fake)
