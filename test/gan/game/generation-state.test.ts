import { describe, expect, it } from 'vitest'
import type { Game } from '../../../src/gan/game/game.ts'
import { statePlaceholders, traceGeneration, variablesOfGeneration } from '../../../src/gan/game/generation-state.ts'
import { normalPrior } from '../../../src/gan/priors/priors.ts'
import type { TwoPlayerSettings } from '../../../src/gan/players/two-player.ts'
import { twoPlayerGame } from '../../../src/gan/players/two-player-game.ts'
import { batchNorm, concatenation, dense, leakyRelu, stack } from '../../../src/nn/index.ts'
import { adam } from '../../../src/optim/index.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { numberField, wordsField } from '../../../src/tensor/fields.ts'
import { add, literal, mul } from '../../../src/tensor/operations/index.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { leavesOf, mapTree } from '../../../src/tensor/tree.ts'
import type { Variables } from '../../../src/tensor/tree.ts'
import { pointLayer, pointSettings } from '../players/point-game.ts'

const optimizer = adam({ learningRate: 0.1 })
const settings = (changes: Partial<TwoPlayerSettings> = {}) =>
  pointSettings({
    generator: stack([dense(4), batchNorm(), leakyRelu(), dense(2)]),
    optimizers: { generator: optimizer, discriminator: optimizer },
    ...changes,
  })

const inGenerator = [
  'parameters.dense1.weight',
  'parameters.dense1.bias',
  'parameters.batchNorm1.scale',
  'parameters.batchNorm1.shift',
  'buffers.batchNorm1.runningMean',
  'buffers.batchNorm1.runningVariance',
  'parameters.dense2.weight',
  'parameters.dense2.bias',
]

const needed = (changes: Partial<TwoPlayerSettings> = {}) =>
  new Set(variablesOfGeneration(twoPlayerGame(settings(changes))))

describe('the variables that samples depend on', () => {
  it('are those of the generator, in use: of its moving average, where the game keeps one', () => {
    expect(needed()).toEqual(new Set(inGenerator.map((name) => `generator.${name}`)))
    expect(needed({ averageDecay: 0.9 })).toEqual(new Set(inGenerator.map((name) => `average.${name}`)))
  })

  it('are none of the discriminator, of optimizers, or of what says how far the training is', () => {
    const all = leavesOf(statePlaceholders(twoPlayerGame(settings()))).map(([name]) => name)
    expect(all).toEqual(expect.arrayContaining(['seed', 'step', 'discriminator.parameters.dense1.weight']))
    const others = all.filter((name) => !needed().has(name))
    expect(others.filter((name) => name.startsWith('generator.'))).toEqual([])
    expect(others.length).toBe(all.length - inGenerator.length)
  })

  it('are enough: samples are those of the whole state, whatever the rest of it is', () => {
    const game = twoPlayerGame(settings({ averageDecay: 0.9 }))
    const names = needed({ averageDecay: 0.9 })
    const samplesWith = (rest: number) => {
      const state = mapTree(statePlaceholders(game), ({ shape, dtype }, name) => {
        const size = shape.reduce((product, extent) => product * extent, 1)
        const value = (at: number) => (names.has(name) ? 0.5 + Math.sin(at) / 4 : rest)
        return literal(
          Array.from({ length: size }, (_, at) => value(at)),
          shape,
          dtype,
        )
      })
      const { latents, sample } = traceGeneration(game, state, 3)
      if (latents === null) throw new Error('it takes latents')
      return interpret([sample], new Map([[latents, Array.from({ length: 9 }, (_, at) => at)]]))[0]
    }
    expect(samplesWith(7)).toEqual(samplesWith(1))
    expect(new Set(samplesWith(1)).size).toBe(6)
  })

  it('are whatever a game of other players makes samples of', () => {
    type Pair = { readonly one: Tensor; readonly other: Tensor; readonly unused: Tensor }
    const { generation } = twoPlayerGame(settings())
    const game: Game<Pair> = {
      example: {},
      batch: 1,
      minibatches: 1,
      init: () => ({ one: literal([1, 2]), other: literal([3, 4]), unused: literal([5, 6]) }),
      stages: [{ name: 'rest', steps: null, reports: {}, step: (state) => ({ state, report: {} }) }],
      generation: { ...generation, prior: null, generate: ({ one, other }) => add(one, mul(other, 2)) },
    }
    expect([...variablesOfGeneration(game)].toSorted()).toEqual(['one', 'other'])
  })
})

describe('traced generation', () => {
  it('takes latents and what is given as inputs, by the names that models have them under', () => {
    const given = { source: numberField([2]), words: wordsField(3, 9) }
    const game = twoPlayerGame(
      settings({
        condition: { classes: 3 },
        given,
        prior: normalPrior(4),
        generator: stack([concatenation(3), dense(2)]),
      }),
    )
    const traced = traceGeneration(game, statePlaceholders(game), 5)
    const forms = (tensors: Variables) =>
      Object.entries(tensors).map(([name, { shape, dtype, primitive }]) => [
        name,
        primitive.kind === 'input' ? primitive.name : '',
        shape,
        dtype,
      ])
    expect(forms(traced.given)).toEqual([
      ['class', 'label', [5], 'i32'],
      ['source', 'source', [5, 2], 'f32'],
      ['words', 'words', [5, 3], 'i32'],
    ])
    expect(traced.latents?.shape).toEqual([5, 4])
    expect(traced.sample.shape).toEqual([5, 2])
  })

  it('has no latents where the game draws none', () => {
    const { generation, ...others } = twoPlayerGame(
      settings({ given: { source: numberField([2]) }, generator: pointLayer((z) => z) }),
    )
    const game = {
      ...others,
      generation: {
        ...generation,
        prior: null,
        generate: (_state: unknown, _latents: unknown, { source }: Variables) => source,
      },
    }
    const { latents, given, sample } = traceGeneration(game, statePlaceholders(game), 5)
    expect(latents).toBeNull()
    expect(sample).toBe(given.source)
  })
})
