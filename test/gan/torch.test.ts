import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { objectives } from '../../src/gan/objectives.ts'
import { r1, r2 } from '../../src/gan/penalties.ts'
import { normalPrior } from '../../src/gan/priors.ts'
import { batchNorm, dense, leakyRelu, stack, tanh } from '../../src/nn/index.ts'
import type { Layer } from '../../src/nn/index.ts'
import { adam } from '../../src/optim/index.ts'
import { drawsOf, setTable } from './oracle.ts'
import type { Numbers, Played } from './oracle.ts'

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

interface Fixture {
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
function stateOf(players: Players): Numbers {
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

function gameOf({ objective, gamma, sizes, adam: options, initial }: Fixture) {
  return {
    generator: stack(initial.generator.map(layerOf)),
    discriminator: stack(initial.discriminator.map(layerOf)),
    prior: normalPrior(sizes.latent),
    objective: objective === 'non-saturating' ? objectives.nonSaturating : objectives.relativisticPaired,
    penalties: gamma === 0 ? [] : [r1(gamma), r2(gamma)],
    optimizers: { generator: adam(options), discriminator: adam(options) },
    discriminatorSteps: 1,
    update: 'alternating' as const,
    averageDecay: null,
    batch: sizes.batch,
    dataShape: [sizes.data],
    dataRange: 'signed' as const,
  }
}

/** The state and report of every step. */
function playSteps(fixture: Fixture): Played[] {
  const { batch, data } = fixture.sizes
  const images = { values: new Float32Array(batch * data), shape: [batch, data], dtype: 'f32' as const }
  const { initial, traced, play } = setTable(gameOf(fixture), images)
  const { minibatches, latents } = drawsOf(traced)
  expect([minibatches.length, latents.length]).toEqual([1, 2])
  let state: Numbers = { ...initial, ...stateOf(fixture.initial) }
  return fixture.steps.map(({ real, discriminatorLatent, generatorLatent }) => {
    const feeds = new Map([
      [minibatches[0], Float32Array.from(real)],
      [latents[0], Float32Array.from(discriminatorLatent)],
      [latents[1], Float32Array.from(generatorLatent)],
    ])
    const played = play(state, feeds)
    state = played.state
    return played
  })
}

/** PyTorch's own float32 strays from float64 by up to 3e-7 (the fixtures' float64Deviation). */
const tolerance = 1e-6

describe.each(['mlp-game', 'mlp-r1r2', 'batchnorm-game'])('PyTorch on %s', (name) => {
  const fixture: Fixture = JSON.parse(readFileSync(`test/fixtures/torch-${name}.json`, 'utf8'))
  const played = playSteps(fixture)

  it('reports the same losses in every one of 20 steps', () => {
    fixture.steps.forEach((expected, step) => {
      const { report } = played[step]
      const penalty = (fixture.gamma / 2) * ((expected.r1 ?? 0) + (expected.r2 ?? 0))
      expect(Math.abs(report.discriminatorLoss - expected.discriminatorLoss)).toBeLessThan(tolerance)
      expect(Math.abs(report.generatorLoss - expected.generatorLoss)).toBeLessThan(tolerance)
      expect(Math.abs(report.penalty - penalty)).toBeLessThan(tolerance)
      expect(report.finite).toBe(1)
    })
  })

  it('ends with the same parameters and running statistics', () => {
    const { state } = played[19]
    for (const [key, values] of Object.entries(stateOf(fixture.final))) {
      expect(state[key]).toHaveLength(values.length)
      values.forEach((value, at) => expect(Math.abs(state[key][at] - value), `${key}[${at}]`).toBeLessThan(tolerance))
    }
  })
})
