import { describe, expect, it } from 'vitest'
import { objectives } from '../../../src/gan/losses/objectives.ts'
import type { ObjectiveName } from '../../../src/gan/losses/objectives.ts'
import { gradientPenalty, r1, r2 } from '../../../src/gan/losses/penalties.ts'
import type { Penalty } from '../../../src/gan/losses/penalties.ts'
import { corruptedExample } from '../../../src/gan/priors/priors.ts'
import { initialTraining } from '../../../src/gan/game/training-state.ts'
import type { TwoPlayerSettings } from '../../../src/gan/players/two-player.ts'
import { twoPlayerGame } from '../../../src/gan/players/two-player-game.ts'
import { conv2d, evaluation, stack } from '../../../src/nn/index.ts'
import type { Layer } from '../../../src/nn/index.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { add, input, literal, mul, reshape, sub, sum } from '../../../src/tensor/operations/index.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { mapTree } from '../../../src/tensor/tree.ts'
import type { Numbers } from './oracle.ts'
import { feedsOf, setTable } from './oracle.ts'
import { pointSettings, still } from './point-game.ts'

const dataShape = [4, 4, 1] as const
const size = 16
const count = 6
const values = Float64Array.from({ length: count * size }, (_, at) => Math.sin(at * at))
const data = { values, shape: [count, ...dataShape], dtype: 'f32' } as const

/** Halves its input: fakes are the halves of the examples, so that their order is of no matter. */
const halving: Layer = {
  name: 'halving',
  mixesBatch: false,
  init: (shape) => ({ parameters: {}, buffers: {}, shape }),
  apply: (_variables, x) => ({ output: mul(x, 0.5), buffers: {} }),
}

const gameWith = (discriminator: Layer, changes: Partial<TwoPlayerSettings> = {}): TwoPlayerSettings =>
  pointSettings({
    generator: halving,
    discriminator,
    prior: corruptedExample(),
    optimizers: { generator: still, discriminator: still },
    batch: count,
    dataShape,
    ...changes,
  })

/** A map of 3 x 3 logits, each of a patch of 2 x 2. */
const patches = stack([conv2d(1, { kernel: 2, padding: 0 })])

/** Two heads: a number for each image, and one for each of its rows. */
const twoHeads: Layer = {
  name: 'twoHeads',
  mixesBatch: false,
  init: (_shape, random, given) => {
    const { parameters, buffers } = patches.init(dataShape, random, given)
    return { parameters, buffers, shape: [1] }
  },
  apply(variables, x, mode) {
    const { output } = patches.apply(variables, x, mode)
    const one = sum(mul(output, output), { axes: [1, 2] })
    const rows = reshape(sum(output, { axes: [2] }), [x.shape[0], 3, 1])
    return { output: one, buffers: {}, heads: [one, rows] }
  },
}

/** The logits of every head for all real samples and all fakes, by plain loops over the weights of the patches. */
function logitsByHand(initial: Numbers, heads: 'map' | 'two'): Record<'real' | 'fake', number[][]> {
  const [name, weight] = Object.entries(initial).find(([path]) => /^discriminator\..*weight$/.test(path)) ?? ['', []]
  const bias = initial[name.replace(/weight$/, 'bias')][0]
  const of = (factor: number): number[][] => {
    const maps = Array.from({ length: count }, (_, image) =>
      [0, 1, 2].map((y) =>
        [0, 1, 2].map((x) =>
          [0, 1, 2, 3].reduce((total, at) => {
            const [dy, dx] = [Math.floor(at / 2), at % 2]
            return total + weight[at] * factor * values[image * size + (y + dy) * 4 + x + dx]
          }, bias),
        ),
      ),
    )
    if (heads === 'map') return [maps.flat(2)]
    const all = (add_: (row: number[]) => number) => maps.map((map) => map.map(add_).reduce((a, b) => a + b))
    return [
      all((row) => row.reduce((a, b) => a + b * b, 0)),
      maps.flatMap((map) => map.map((row) => row.reduce((a, b) => a + b))),
    ]
  }
  return { real: of(1), fake: of(0.5) }
}

const mean = (numbers: readonly number[]) => numbers.reduce((total, value) => total + value, 0) / numbers.length
const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit))

const kinds = [
  ['a map of logits', patches, 'map'],
  ['several heads', twoHeads, 'two'],
] as const

describe.each(kinds)('a discriminator with %s', (_name, discriminator, heads) => {
  it.each<[string, Partial<TwoPlayerSettings>]>([
    ['in one pass', {}],
    ['in two passes', { discriminator: { ...discriminator, mixesBatch: true } }],
    ['in a simultaneous update', { update: 'simultaneous' }],
  ])('has the losses of all of its logits, head by head: %s', (_how, changes) => {
    const { initial, play } = setTable(gameWith(discriminator, changes), data)
    const { real, fake } = logitsByHand(initial, heads)
    const { report } = play(initial)
    const losses = real.map(
      (logits, head) =>
        mean(logits.map((logit) => -Math.log(sigmoid(logit)))) +
        mean(fake[head].map((logit) => -Math.log(1 - sigmoid(logit)))),
    )
    expect(report.discriminatorLoss).toBeCloseTo(mean(losses), 10)
    expect(report.generatorLoss).toBeCloseTo(
      mean(fake.map((logits) => mean(logits.map((logit) => -Math.log(sigmoid(logit)))))),
      10,
    )
    // Scores are those of the first head.
    expect(report.realScore).toBeCloseTo(mean(real[0].map(sigmoid)), 10)
    expect(report.fakeScore).toBeCloseTo(mean(fake[0].map(sigmoid)), 10)
  })

  it.each(Object.keys(objectives) as ObjectiveName[])('plays %s: the mean over heads', (name) => {
    const objective = objectives[name]
    const { initial, play } = setTable(gameWith(discriminator, { objective }), data)
    const logits = logitsByHand(initial, heads)
    const tensors = (side: 'real' | 'fake') => logits[side].map((numbers) => literal(numbers, [numbers.length]))
    const fakes = tensors('fake')
    const lossOf = (player: 'generator' | 'discriminator') =>
      mean(
        interpret(
          tensors('real').map((real, head) => objective[player](real, fakes[head])),
          new Map(),
        ).map(([loss]) => loss),
      )
    const { report } = play(initial)
    // Real samples and fakes are halves of each other in the same order, so that pairs are pairs.
    expect(report.discriminatorLoss).toBeCloseTo(lossOf('discriminator'), 9)
    expect(report.generatorLoss).toBeCloseTo(lossOf('generator'), 9)
  })

  it.each<[string, Penalty[], Partial<TwoPlayerSettings>]>([
    ['r1 and r2, in one pass', [r1(2), r2(3)], {}],
    ['r1 and r2, in two passes', [r1(2), r2(3)], { discriminator: { ...discriminator, mixesBatch: true } }],
    ['r1 alone', [r1(2)], {}],
    ['r2 alone', [r2(3)], {}],
  ])('is penalized for the slopes of the sum of its logits: %s', (_how, penalties, changes) => {
    const { initial, inputs, play } = setTable(gameWith(discriminator, { penalties, ...changes }), data)
    const x = input('x', [count, ...dataShape])
    const { output, heads: all = [output] } = discriminator.apply(inputs.discriminator, x, evaluation)
    const total = all.map((logits) => sum(logits)).reduce(add)
    const feeds = (numbers: Float64Array): Map<Tensor, ArrayLike<number>> =>
      new Map([...feedsOf(inputs, initial), [x, numbers]])
    const squares = (factor: number) => {
      const scaled = values.map((value) => factor * value)
      const nudge = 1e-4
      return [...scaled.keys()].reduce((sofar, at) => {
        const moved = (by: number) => interpret([total], feeds(scaled.map((v, i) => v + (i === at ? by : 0))))[0][0]
        return sofar + ((moved(nudge) - moved(-nudge)) / (2 * nudge)) ** 2
      }, 0)
    }
    const weights = { r1: [2, squares(1)], r2: [3, squares(0.5)] } as const
    const expected = penalties.reduce((sofar, { name }) => {
      const [gamma, square] = weights[name as keyof typeof weights]
      return sofar + ((gamma / 2) * square) / count
    }, 0)
    expect(play(initial).report.penalty / expected).toBeCloseTo(1, 6)
  })

  it('learns under a penalty between samples as well', () => {
    const settings = gameWith(discriminator, { objective: objectives.wasserstein, penalties: [gradientPenalty(1)] })
    const [{ report }] = setTable(settings, data).playMany(1)
    expect(report.finite).toBe(1)
    expect(report.penalty).toBeGreaterThan(0)
  })

  it('takes a sample for as real as its first head says, on the average of a map', () => {
    const game = twoPlayerGame(gameWith(discriminator))
    const seed = input('seed', [2], 'i32')
    const start = initialTraining(game, seed)
    const state = mapTree(start, ({ shape, dtype }, name) => input(name, shape, dtype))
    const { initial } = setTable(gameWith(discriminator), data)
    const realism = game.realism?.(state, literal([...values], [count, ...dataShape]), {})
    if (realism === undefined) throw new Error('it has no opinion')
    expect(realism.shape).toEqual([count])
    const [found] = interpret([realism], feedsOf(state, initial))
    const [logits] = logitsByHand(initial, heads).real
    const each = logits.length / count
    found.forEach((value, image) => expect(value).toBeCloseTo(mean(logits.slice(image * each, (image + 1) * each)), 10))
  })
})

describe('what a discriminator ends in', () => {
  const begin = (discriminator: Layer) =>
    initialTraining(twoPlayerGame(gameWith(discriminator)), literal([1, 2], [2], 'i32'))

  it('is a logit, or a map with one feature', () => {
    expect(() => begin(patches)).not.toThrow()
    expect(() => begin(conv2d(2, { kernel: 2, padding: 0 }))).toThrow(UserError)
    expect(() => begin(conv2d(2, { kernel: 2, padding: 0 }))).toThrow(
      'The discriminator gives [3, 3, 2] for a sample; it must end in one logit, or in a map of logits [height, width, 1].',
    )
  })

  it('is so of every head', () => {
    const strange: Layer = {
      ...twoHeads,
      apply: (variables, x, mode) => {
        const { output, buffers } = twoHeads.apply(variables, x, mode)
        return { output, buffers, heads: [output, reshape(sub(x, x), [x.shape[0], 8, 2])] }
      },
    }
    expect(() => setTable(gameWith(strange), data)).toThrow(UserError)
    expect(() => setTable(gameWith(strange), data)).toThrow(
      'The discriminator gives [8, 2] for a sample; it must end in',
    )
  })
})
