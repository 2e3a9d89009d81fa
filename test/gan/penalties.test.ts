import { describe, expect, it } from 'vitest'
import { judge } from '../../src/gan/judge.ts'
import { objectives } from '../../src/gan/objectives.ts'
import { r1, r2 } from '../../src/gan/penalties.ts'
import type { Penalty } from '../../src/gan/penalties.ts'
import { seatPlayer } from '../../src/gan/player.ts'
import { normalPrior } from '../../src/gan/priors.ts'
import { dense, normal, randomness, stack, tanh } from '../../src/nn/index.ts'
import type { Layer } from '../../src/nn/index.ts'
import { sgd } from '../../src/optim/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { gradients } from '../../src/tensor/grad.ts'
import { topological } from '../../src/tensor/graph.ts'
import { input, literal, constant } from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { leavesOf } from '../../src/tensor/tree.ts'

const data = 3
const batch = 4
const linear = dense(1, { initializer: normal(1) })
const curved = stack([dense(5, { initializer: normal(1) }), tanh(), dense(1, { initializer: normal(1) })])
const source = { seed: literal([3, 4], [2], 'i32'), step: constant(0, 'i32') }

/** A discriminator's verdict over inputs that are fed, and the gradients of its penalty by every parameter. */
function judged(layer: Layer, penalties: readonly Penalty[]) {
  const optimizer = sgd({ learningRate: 0.1 })
  const game = {
    generator: dense(data),
    discriminator: layer,
    prior: normalPrior(2),
    objective: objectives.nonSaturating,
    penalties,
    optimizers: { generator: optimizer, discriminator: optimizer },
    discriminatorSteps: 1,
    update: 'alternating' as const,
    averageDecay: null,
    batch,
    dataShape: [data],
    dataRange: 'signed' as const,
  }
  const random = randomness(source, 0)
  const template = layer.init([data], random)
  const parameters = Object.fromEntries(
    leavesOf(template.parameters).map(([name, { shape }]) => [name, input(name, shape)]),
  )
  const discriminator = seatPlayer({
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
  const verdict = judge(game, discriminator, real, fake)
  const weights = Object.values(parameters)
  const initial = interpret(Object.values(template.parameters), new Map())
  const numbers = (seed: number) =>
    Float64Array.from({ length: batch * data }, (_, index) => Math.sin(seed + index * index))
  const feeds = new Map<Tensor, ArrayLike<number>>([
    [real, numbers(1)],
    [fake, numbers(2)],
    ...weights.map((weight, index) => [weight, initial[index]] as const),
  ])
  return { verdict, weights, feeds, slopes: gradients(verdict.penalty, weights) }
}

const matmulRows = (tensor: Tensor): number[] =>
  topological([tensor])
    .filter(({ primitive }) => primitive.kind === 'matmul')
    .map(({ shape }) => shape[0])

describe('a linear discriminator', () => {
  it('pays gamma / 2 times the squared length of its weight, at every sample', () => {
    const { verdict, weights, feeds } = judged(linear, [r1(3)])
    const length = feeds.get(weights[0])
    const expected = Array.from(length ?? [], (w) => w * w).reduce((a, b) => a + b)
    const [[penalty]] = interpret([verdict.penalty], feeds)
    expect(penalty).toBeCloseTo(1.5 * expected, 12)
  })

  it('pays nothing without penalties', () => {
    const { verdict, feeds } = judged(linear, [])
    expect(interpret([verdict.penalty], feeds)[0][0]).toBe(0)
  })
})

describe.each<[string, Penalty[]]>([
  ['r1', [r1(2)]],
  ['r2', [r2(2)]],
  ['r1 and r2', [r1(2), r2(1)]],
])('%s of a curved discriminator', (_name, penalties) => {
  it('is what differences of its logits show', () => {
    const { verdict, feeds } = judged(curved, penalties)
    const inputs = [...feeds.keys()]
    const side = { real: inputs[0], fake: inputs[1] }
    const nudge = 1e-5
    let expected = 0
    for (const { name, on } of penalties) {
      const gamma = name === 'r1' ? 2 : penalties.length === 1 ? 2 : 1
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

  it('moves the parameters as its own differences show (second derivatives)', () => {
    const { verdict, weights, feeds, slopes } = judged(curved, penalties)
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
        expect(found[index][at]).toBeCloseTo((penalty(nudge) - penalty(-nudge)) / (2 * nudge), 6)
      }
    })
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
})
