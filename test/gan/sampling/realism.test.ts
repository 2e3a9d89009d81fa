import { describe, expect, it } from 'vitest'
import { createRealismScorer } from '../../../src/gan/sampling/realism.ts'
import type { RealismScorer } from '../../../src/gan/sampling/realism.ts'
import { createTrainer } from '../../../src/gan/training/trainer.ts'
import type { Trainer } from '../../../src/gan/training/trainer.ts'
import type { TwoPlayerState } from '../../../src/gan/players/two-player.ts'
import { twoPlayerGame } from '../../../src/gan/players/two-player-game.ts'
import { activation, dense, flatten, leakyRelu, stack } from '../../../src/nn/index.ts'
import { recipes } from '../../../src/recipes/index.ts'
import { createDevice, read } from '../../../src/runtime/device.ts'
import { numberField } from '../../../src/tensor/fields.ts'
import { inlineEngine } from '../../../src/wasm/engine.ts'
import { uniform } from '../../metrics/formula.ts'
import { noState, pointSettings } from '../players/point-game.ts'

const options = { ...recipes.mlp.defaults, dataShape: [2, 2, 1], batch: 8, settings: { generator: { units: [4] } } }
const data = {
  images: Uint8Array.from({ length: 64 }, (_, at) => (at * 37) % 256),
  labels: Uint8Array.from({ length: 16 }, (_, at) => at % 3),
  count: 16,
}
/** More than are shown at once. */
const samples = Float32Array.from(uniform(4 * 250, 3))
const sampleAt = (index: number) => Array.from(samples.subarray(4 * index, 4 * index + 4))

/** A dense layer of the discriminator, in plain loops. */
function layer({ device, variables }: Trainer<TwoPlayerState>, name: string, x: readonly number[]): number[] {
  const [weight, bias] = ['weight', 'bias'].map((part) => {
    const variable = variables.get(`discriminator.parameters.${name}.${part}`)
    if (variable === undefined) throw new Error(`no ${name}`)
    return read(device, variable)
  })
  return Array.from(bias, (start, unit) =>
    x.reduce((sum, value, i) => sum + value * weight[i * bias.length + unit], start),
  )
}

/** A scorer for a trainer. */
function scorerOf({ device, game, state }: Trainer<TwoPlayerState>): RealismScorer {
  const score = createRealismScorer(device, game, state)
  if (score === null) throw new Error('a game without an opinion')
  return score
}

describe('a scorer of realism', () => {
  it('gives what the discriminator makes of samples at that time', async () => {
    const discriminator = stack([flatten(), dense(3), leakyRelu(0.2), dense(1)])
    const trainer = await createTrainer(
      createDevice(inlineEngine()),
      twoPlayerGame({ ...recipes.mlp.game(options).settings, discriminator }),
      data,
    )
    const score = scorerOf(trainer)
    const inLoops = (index: number) => {
      const hidden = layer(trainer, 'dense1', sampleAt(index)).map((value) => (value < 0 ? 0.2 * value : value))
      return layer(trainer, 'dense2', hidden)[0]
    }
    const seen: Float32Array[] = []
    for (const steps of [0, 5]) {
      await trainer.train(steps)
      const scores = await score(samples, () => 0)
      expect(scores).toHaveLength(250)
      scores.forEach((value, index) => expect(value).toBeCloseTo(inLoops(index), 5))
      seen.push(scores)
    }
    expect(seen[0]).not.toEqual(seen[1])
  })

  it('takes each sample for one of its class', async () => {
    const told = {
      ...options,
      classes: 3,
      settings: { condition: 'concatenation', discriminator: { units: [3] } },
    } as const
    const trainer = await createTrainer(createDevice(inlineEngine()), recipes.conditional.game(told), data)
    const scores = await scorerOf(trainer)(samples, (sample) => sample % 3)
    scores.forEach((value, index) => {
      const code = [0, 1, 2].map((label) => Number(label === index % 3))
      const hidden = layer(trainer, 'dense1', [...sampleAt(index), ...code])
      const [expected] = layer(
        trainer,
        'dense2',
        hidden.map((x) => (x < 0 ? 0.2 * x : x)),
      )
      expect(value).toBeCloseTo(expected, 5)
    })
  })

  it('is none of a game without an opinion, or with one that more than classes decide', () => {
    const device = createDevice(inlineEngine())
    const { realism: _, ...silent } = twoPlayerGame(pointSettings())
    expect(createRealismScorer(device, silent, noState)).toBeNull()
    const given = { source: numberField([2]) }
    expect(createRealismScorer(device, twoPlayerGame(pointSettings({ given })), noState)).toBeNull()
    expect(createRealismScorer(device, twoPlayerGame(pointSettings()), noState)).not.toBeNull()
  })

  it('gives one number for each sample where the discriminator gives a map: its mean', async () => {
    const game = twoPlayerGame(
      pointSettings({ dataShape: [2, 2, 1], discriminator: activation('same', (x) => x), dataRange: 'unit' }),
    )
    const score = createRealismScorer(createDevice(inlineEngine()), game, noState)
    const scores = await score?.(samples, () => 0)
    expect(scores).toHaveLength(250)
    scores?.forEach((value, index) =>
      expect(value).toBeCloseTo(sampleAt(index).reduce((sum, pixel) => sum + pixel, 0) / 4, 5),
    )
  })
})
