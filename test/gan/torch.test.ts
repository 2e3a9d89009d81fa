import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { objectives } from '../../src/gan/objectives.ts'
import { r1, r2 } from '../../src/gan/penalties.ts'
import { normalPrior } from '../../src/gan/priors.ts'
import { batchNorm, dense, leakyRelu, stack, tanh } from '../../src/nn/index.ts'
import type { Layer } from '../../src/nn/index.ts'
import { adam } from '../../src/optim/index.ts'
import { topological } from '../../src/tensor/graph.ts'
import { isKind } from '../../src/tensor/tensor.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { leavesOf } from '../../src/tensor/tree.ts'
import { setTable } from './oracle.ts'
import type { Numbers, Table } from './oracle.ts'

type Described =
  | { readonly kind: 'dense'; readonly weight: number[]; readonly bias: number[] | null }
  | { readonly kind: 'batchNorm'; readonly scale: number[]; readonly shift: number[]; readonly runningMean: number[]; readonly runningVariance: number[] }
  | { readonly kind: 'leakyRelu'; readonly slope: number }
  | { readonly kind: 'tanh' }

type Players = Readonly<Record<'generator' | 'discriminator', Described[]>>

interface Fixture {
  readonly objective: 'non-saturating' | 'relativistic-pairing'
  readonly gamma: number
  readonly sizes: { readonly batch: number; readonly latent: number; readonly data: number }
  readonly adam: { readonly learningRate: number; readonly beta1: number; readonly beta2: number; readonly epsilon: number }
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
        if (Array.isArray(value)) found[`${player}.${group}.${layer.kind}${number}.${key}`] = Float64Array.from(Float32Array.from(value))
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

/** What the step draws: the minibatch of training samples, and the latents in the order in which it draws them. */
function drawsOf({ traced }: Table): { minibatch: Tensor; latents: Tensor[] } {
  const order = topological(leavesOf({ state: traced.state, report: traced.report }).map(([, tensor]) => tensor))
  const minibatches = order.filter((tensor) => isKind(tensor, 'gather'))
  const latents = order.filter((tensor) => isKind(tensor, 'random')).toSorted((a, b) => a.primitive.stream - b.primitive.stream)
  expect(minibatches).toHaveLength(1)
  expect(latents).toHaveLength(2)
  return { minibatch: minibatches[0], latents }
}

describe.each(['mlp-game', 'mlp-r1r2', 'batchnorm-game'])('PyTorch on %s', (name) => {
  const fixture: Fixture = JSON.parse(readFileSync(`test/fixtures/torch-${name}.json`, 'utf8'))
  const { batch, data } = fixture.sizes
  const table = setTable(gameOf(fixture), { values: new Float32Array(batch * data), shape: [batch, data], dtype: 'f32' })
  const { minibatch, latents } = drawsOf(table)
  let state: Numbers = { ...table.initial, ...stateOf(fixture.initial) }

  it('reports the same losses in every one of 20 steps', () => {
    for (const { real, discriminatorLatent, generatorLatent, ...expected } of fixture.steps) {
      const feeds = new Map([
        [minibatch, Float32Array.from(real)],
        [latents[0], Float32Array.from(discriminatorLatent)],
        [latents[1], Float32Array.from(generatorLatent)],
      ])
      const played = table.play(state, feeds)
      state = played.state
      expect(Math.abs(played.report.discriminatorLoss - expected.discriminatorLoss)).toBeLessThan(2e-6)
      expect(Math.abs(played.report.generatorLoss - expected.generatorLoss)).toBeLessThan(2e-6)
      const penalty = (fixture.gamma / 2) * ((expected.r1 ?? 0) + (expected.r2 ?? 0))
      expect(Math.abs(played.report.penalty - penalty)).toBeLessThan(1e-6)
      expect(played.report.finite).toBe(1)
    }
  })

  it('ends with the same parameters and running statistics', () => {
    const final = stateOf(fixture.final)
    expect(Object.keys(state)).toEqual(expect.arrayContaining(Object.keys(final)))
    for (const [key, values] of Object.entries(final)) {
      values.forEach((value, at) => expect(Math.abs(state[key][at] - value), `${key}[${at}]`).toBeLessThan(2e-6))
    }
  })
})
