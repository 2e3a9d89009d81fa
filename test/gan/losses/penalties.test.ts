import { describe, expect, it } from 'vitest'
import { augmented } from '../../../src/gan/priors/augment.ts'
import { weightClipping } from '../../../src/gan/losses/constraint.ts'
import { scoreMinibatch } from '../../../src/gan/players/discriminator-scores.ts'
import { objectives } from '../../../src/gan/losses/objectives.ts'
import { dragan, gradientPenalty, levelBetween, penalties, r1, r2 } from '../../../src/gan/losses/penalties.ts'
import type { Penalty } from '../../../src/gan/losses/penalties.ts'
import { normalPrior } from '../../../src/gan/priors/priors.ts'
import type { StepContext } from '../../../src/gan/players/step-context.ts'
import { tracePlayer } from '../../../src/gan/players/traced-player.ts'
import type { TwoPlayerSettings } from '../../../src/gan/players/two-player.ts'
import { activation, dense, normal, randomness, stack, tanh } from '../../../src/nn/index.ts'
import type { Layer } from '../../../src/nn/index.ts'
import { sgd } from '../../../src/optim/index.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { gradients } from '../../../src/tensor/grad.ts'
import { topological } from '../../../src/tensor/graph.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { broadcast, constant, input, literal, mean, mul, sum } from '../../../src/tensor/operations/index.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { leavesOf } from '../../../src/tensor/tree.ts'
import { compiled } from '../../runtime/compiled.ts'

const data = 3
const batch = 4
const linear = dense(1, { initializer: normal(1) })
const curved = stack([dense(5, { initializer: normal(1) }), tanh(), dense(1, { initializer: normal(1) })])
const source = { seed: literal([3, 4], [2], 'i32'), step: constant(0, 'i32') }

const optimizer = sgd({ learningRate: 0.1 })

const gameWith = (
  layer: Layer,
  some: readonly Penalty[],
  others: Partial<TwoPlayerSettings> = {},
): TwoPlayerSettings => ({
  generator: dense(data),
  discriminator: layer,
  prior: normalPrior(2),
  objective: objectives.nonSaturating,
  penalties: some,
  optimizers: { generator: optimizer, discriminator: optimizer },
  discriminatorSteps: 1,
  update: 'alternating',
  averageDecay: null,
  batch,
  dataShape: [data],
  dataRange: 'signed',
  ...others,
})

const numbers = (seed: number) =>
  Float64Array.from({ length: batch * data }, (_, index) => Math.sin(seed + index * index))

/** A discriminator's verdict over inputs that are fed, and the gradients of its penalty by every parameter. */
function judged(layer: Layer, some: readonly Penalty[], others: Partial<TwoPlayerSettings> = {}) {
  const game = gameWith(layer, some, others)
  const random = randomness(source, 0)
  const template = layer.init([data], random)
  const parameters = Object.fromEntries(
    leavesOf(template.parameters).map(([name, { shape }]) => [name, input(name, shape)]),
  )
  const discriminator = tracePlayer({
    name: 'discriminator',
    layer,
    variables: { parameters, buffers: {} },
    optimizer,
    optimizerState: {},
    updates: source.step,
    random,
  })
  const real = input('real', [batch, data])
  const fake = input('fake', [batch, data])
  const minibatches = { real: { values: real, given: {} }, fake: { values: fake, given: {} } }
  const augment: StepContext['augment'] = ({ values, given }) => ({
    values: augmented(values, game.augment ?? [], random),
    given,
  })
  const verdict = scoreMinibatch(game, { discriminator, augment, random }, minibatches)
  const weights = Object.values(parameters)
  const initial = interpret(Object.values(template.parameters), new Map())
  const feeds = new Map<Tensor, ArrayLike<number>>([
    [real, numbers(1)],
    [fake, numbers(2)],
    ...weights.map((weight, index) => [weight, initial[index]] as const),
  ])
  return {
    verdict: { real: verdict.real.logits[0], fake: verdict.fake.logits[0], penalty: verdict.penalty },
    weights,
    feeds,
    slopes: gradients(verdict.penalty, weights),
  }
}

const matmulRows = (tensor: Tensor): number[] =>
  topological([tensor])
    .filter(({ primitive }) => primitive.kind === 'matmul')
    .map(({ shape }) => shape[0])

describe('a linear discriminator', () => {
  it.each([r1, levelBetween])('pays gamma / 2 times the squared length of its weight, wherever it looks', (penalty) => {
    const { verdict, weights, feeds } = judged(linear, [penalty(3)])
    const length = feeds.get(weights[0])
    const expected = Array.from(length ?? [], (w) => w * w).reduce((a, b) => a + b)
    const [[paid]] = interpret([verdict.penalty], feeds)
    expect(paid).toBeCloseTo(1.5 * expected, 12)
  })

  it('pays nothing without penalties', () => {
    const { verdict, feeds } = judged(linear, [])
    expect(interpret([verdict.penalty], feeds)[0][0]).toBe(0)
  })
})

describe('a linear discriminator under the gradient penalty', () => {
  it('of D(x) = 2x in four dimensions pays 9 times the weight', () => {
    const slopes = broadcast(constant(2), [batch, 4])
    expect(interpret([gradientPenalty(1).value(slopes)], new Map())[0][0]).toBeCloseTo(9, 12)
    expect(interpret([gradientPenalty().value(slopes)], new Map())[0][0]).toBeCloseTo(90, 12)
  })

  it.each([gradientPenalty, dragan])('pays the squared distance of its length from 1 wherever it looks', (penalty) => {
    const { verdict, weights, feeds } = judged(linear, [penalty(3)])
    const length = Math.hypot(...Array.from(feeds.get(weights[0]) ?? []))
    expect(interpret([verdict.penalty], feeds)[0][0]).toBeCloseTo(3 * (length - 1) ** 2, 12)
  })

  it.each([gradientPenalty, dragan])('is not broken by having no slope at all', async (penalty) => {
    const { verdict, weights, feeds, slopes } = judged(linear, [penalty(3)])
    const level = new Map([...feeds, [weights[0], new Float64Array(data)] as const])
    const outputs = [verdict.penalty, ...slopes]
    const [[value], byWeight] = interpret(outputs, level)
    expect(value).toBeCloseTo(3, 12)
    expect([...byWeight]).toEqual([0, 0, 0])
    const { values } = await compiled(outputs, level)
    expect(values[0][0]).toBeCloseTo(3, 6)
    expect(values[1]).toEqual([0, 0, 0])
  })
})

describe('the points that penalties look at', () => {
  const many = 2000
  const at = ({ on }: Penalty, real: readonly number[], fake: readonly number[]): number[][] => {
    if (typeof on === 'string') throw new Error('looks at samples')
    const rows = (row: readonly number[]) => broadcast(literal(row), [many, row.length])
    const points = on(rows(real), rows(fake), randomness(source, 0))
    const [values] = interpret([points], new Map())
    return Array.from({ length: many }, (_, row) => [...values.subarray(row * real.length, (row + 1) * real.length)])
  }
  const average = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length

  it.each([gradientPenalty(), levelBetween(1)])('of $name lie anywhere on the lines between pairs', (penalty) => {
    const points = at(penalty, [1, 10], [3, -10])
    const shares = points.map(([x, y]) => {
      // The same share of the way along both axes.
      expect((3 - x) / 2).toBeCloseTo((y + 10) / 20, 6)
      return (3 - x) / 2
    })
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...shares)).toBeLessThan(1)
    expect(average(shares)).toBeCloseTo(0.5, 1)
    expect(average(shares.map((share) => (share - 0.5) ** 2))).toBeCloseTo(1 / 12, 2)
  })

  it('of DRAGAN lie around real samples, half as far as the numbers of the batch differ', () => {
    const points = at(dragan(), [-4, 4], [100, 100])
    for (const axis of [0, 1]) {
      const away = points.map((point) => point[axis] - [-4, 4][axis])
      expect(Math.abs(average(away))).toBeLessThan(0.2)
      expect(Math.sqrt(average(away.map((distance) => distance ** 2)))).toBeCloseTo(2, 0)
    }
    expect(average(points.map(([x, y]) => (x + 4) * (y - 4)))).toBeCloseTo(0, 0)
  })
})

describe.each<[string, Penalty[]]>([
  ['r1', [r1(2)]],
  ['r2', [r2(2)]],
  ['r1 and r2', [r1(2), r2(1)]],
])('%s of a curved discriminator', (_name, some) => {
  it('is what differences of its logits show', () => {
    const { verdict, feeds } = judged(curved, some)
    const inputs = [...feeds.keys()]
    const side = { real: inputs[0], fake: inputs[1] }
    const nudge = 1e-5
    let expected = 0
    for (const { name, on } of some) {
      if (typeof on !== 'string') throw new Error('looks at points of its own')
      const gamma = name === 'r1' ? 2 : some.length === 1 ? 2 : 1
      const values = Float64Array.from(feeds.get(side[on]) ?? [])
      for (let at = 0; at < values.length; at++) {
        const logit = (by: number) =>
          interpret([verdict[on]], new Map([...feeds, [side[on], values.map((v, i) => (i === at ? v + by : v))]]))[0][
            Math.floor(at / data)
          ]
        expected += ((gamma / 2) * ((logit(nudge) - logit(-nudge)) / (2 * nudge)) ** 2) / batch
      }
    }
    expect(interpret([verdict.penalty], feeds)[0][0]).toBeCloseTo(expected, 7)
  })
})

describe.each<[string, Penalty[]]>([
  ...Object.entries(penalties).map(([name, penalty]): [string, Penalty[]] => [name, [penalty(2)]]),
  ['r1 and r2', [r1(2), r2(1)]],
  ['all of them', Object.values(penalties).map((penalty) => penalty(0.5))],
])('%s', (_name, some) => {
  it('moves the parameters as its own differences show (second derivatives)', () => {
    const { verdict, weights, feeds, slopes } = judged(curved, some)
    const found = interpret(slopes, feeds)
    const nudge = 1e-5
    weights.forEach((weight, index) => {
      const values = Float64Array.from(feeds.get(weight) ?? [])
      for (let at = 0; at < values.length; at++) {
        const penalty = (by: number) =>
          interpret(
            [verdict.penalty],
            new Map([...feeds, [weight, values.map((v, i) => (i === at ? v + by : v))]]),
          )[0][0]
        expect(found[index][at]).toBeCloseTo((penalty(nudge) - penalty(-nudge)) / (2 * nudge), 5)
      }
    })
  })

  it('costs a positive number, in the same units', () => {
    const { verdict, feeds } = judged(curved, some)
    expect(verdict.penalty.shape).toEqual([])
    expect(interpret([verdict.penalty], feeds)[0][0]).toBeGreaterThan(0)
  })
})

describe('one pass over real and fake samples together', () => {
  const apart: Layer = { ...curved, mixesBatch: true }

  it('gives the same verdict as two passes', () => {
    const once = judged(curved, [r1(2), r2(1)])
    const twice = judged(apart, [r1(2), r2(1)])
    const all = ({ verdict, slopes }: typeof once) => [verdict.real, verdict.fake, verdict.penalty, ...slopes]
    const expected = interpret(all(twice), twice.feeds)
    interpret(all(once), once.feeds).forEach((values, index) =>
      values.forEach((value, at) => expect(value).toBeCloseTo(expected[index][at], 12)),
    )
  })

  it('is what both penalties, or none, are computed by', () => {
    // Two products forward, and two back to the samples, the latter for the penalties alone.
    expect(matmulRows(judged(curved, [r1(1), r2(1)]).verdict.penalty)).toEqual([8, 8, 8])
    expect(matmulRows(judged(curved, []).verdict.fake)).toEqual([8, 8])
  })

  it('is not made where half of it would be wasted, or where the samples of a batch must not meet', () => {
    expect(matmulRows(judged(curved, [r1(1)]).verdict.fake)).toEqual([4, 4])
    expect(matmulRows(judged(apart, []).verdict.fake)).toEqual([4, 4])
  })

  it('is made for the scores, where a penalty looks at points of its own in another pass', () => {
    const { verdict } = judged(curved, [gradientPenalty()])
    expect(matmulRows(verdict.fake)).toEqual([8, 8])
    expect(matmulRows(verdict.penalty)).toEqual([4, 4, 4])
  })
})

describe('a game that augments', () => {
  /** Doubles everything: the slope at what is shown differs from that at the samples themselves. */
  const doubling = { name: 'doubling', apply: (x: Tensor) => mul(x, 2) }
  const square: Layer = { ...activation('square', (x) => sum(mul(x, x), { axes: [1], keep: true })), name: 'square' }

  it.each([
    ['at what the discriminator is shown', 'augmented', 2],
    ['at the samples as they are, if it is told so', 'original', 1],
  ] as const)('penalizes slopes %s', (_where, penalize, factor) => {
    const { verdict, feeds } = judged(square, [r1(2), r2(2)], { augment: [doubling], penalize })
    const squares = (values: ArrayLike<number>) => Array.from(values, (value) => value ** 2).reduce((a, b) => a + b)
    // D(x) = x^2 has the slope 2x.
    const expected = (4 * factor ** 2 * (squares(numbers(1)) + squares(numbers(2)))) / batch
    expect(interpret([verdict.penalty], feeds)[0][0]).toBeCloseTo(expected, 10)
    const [real] = interpret([verdict.real], feeds)
    expect(real[0]).toBeCloseTo(4 * squares(numbers(1).subarray(0, data)), 10)
  })

  it('looks once more at the originals, at both sides together where both are penalized', () => {
    const rows = (some: Penalty[]) =>
      matmulRows(judged(curved, some, { augment: [doubling], penalize: 'original' }).verdict.penalty)
    expect(rows([r1(1), r2(1)])).toEqual([8, 8, 8])
    expect(rows([r1(1)])).toEqual([4, 4, 4])
    const { verdict } = judged(curved, [r1(1)], { augment: [doubling], penalize: 'original' })
    expect(matmulRows(verdict.real)).toEqual([8, 8])
  })

  it('puts the points of the gradient penalty between samples as they are shown, or between the originals', () => {
    const slopeAt = (penalize: 'augmented' | 'original') => {
      const everywhereReal: Penalty = {
        name: 'there',
        on: (real) => real,
        value: (slopes) => mean(mul(slopes, slopes)),
      }
      const { verdict, feeds } = judged(square, [everywhereReal], { augment: [doubling], penalize })
      return interpret([verdict.penalty], feeds)[0][0]
    }
    expect(slopeAt('augmented')).toBeCloseTo(4 * slopeAt('original'), 10)
  })
})

describe('weight clipping', () => {
  it('moves parameters to the nearest number within the limit, and no others', () => {
    const weight = literal([-1, -0.01, 0.005, 0.02], [4])
    const { weight: held } = weightClipping(0.01).hold({ weight })
    expect([...interpret([held], new Map())[0]]).toEqual([-0.01, -0.01, 0.005, 0.01])
  })

  it('is refused without room', () => {
    expect(() => weightClipping(0)).toThrow(UserError)
    expect(() => weightClipping(0)).toThrow('Weights cannot be clipped to 0; give a number above 0.')
  })
})
