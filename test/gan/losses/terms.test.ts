import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Batch } from '../../../src/gan/examples/batch.ts'
import { objectives } from '../../../src/gan/losses/objectives.ts'
import { corruptedExample } from '../../../src/gan/priors/priors.ts'
import type { Scores } from '../../../src/gan/losses/term.ts'
import { streams } from '../../../src/gan/examples/streams.ts'
import {
  charbonnier,
  featureMatching,
  l1,
  l2,
  mismatched,
  perceptual,
  wordsCrossEntropy,
} from '../../../src/gan/losses/terms.ts'
import type { Known, Term, Terms } from '../../../src/gan/losses/term.ts'
import { initialTraining } from '../../../src/gan/game/training-state.ts'
import type { TwoPlayerSettings, WarmUp } from '../../../src/gan/players/two-player.ts'
import { twoPlayerGame } from '../../../src/gan/players/two-player-game.ts'
import { dense, noVariables, randomness } from '../../../src/nn/index.ts'
import type { Layer } from '../../../src/nn/index.ts'
import { sgd } from '../../../src/optim/index.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { gradients } from '../../../src/tensor/grad.ts'
import {
  add,
  broadcast,
  cast,
  constant,
  input,
  literal,
  mul,
  reshape,
  sub,
  sum,
} from '../../../src/tensor/operations/index.ts'
import type { Shape, Tensor } from '../../../src/tensor/tensor.ts'
import { permute } from '../../../src/tensor/threefry.ts'
import type { Variables } from '../../../src/tensor/tree.ts'
import { derivativesAgree } from '../../tensor/finite-differences.ts'
import { setTable } from '../players/oracle.ts'
import type { Images } from '../players/oracle.ts'
import { pointLayer, pointSettings, still } from '../players/point-game.ts'

const refuse = () => {
  throw new Error('nobody is to ask this')
}
const batchOf = (values: Tensor, given: Variables = {}): Batch => ({ values, given })

/** All that a term may ask, where it asks for nothing else. */
const known = (told: Partial<Known>): Known => ({
  example: {},
  real: batchOf(constant(0)),
  latents: constant(0),
  fake: batchOf(constant(0)),
  realScores: refuse,
  fakeScores: refuse,
  discriminate: refuse,
  random: randomness({ seed: literal([1, 2], [2], 'i32'), step: constant(0, 'i32') }, 0),
  ...told,
})

const scoresOf = (features: Variables, logits: Tensor = constant(0)): Scores => ({
  logits: [logits],
  misclassified: constant(0),
  features,
})

const valueOf = (tensor: Tensor): number => {
  expect(tensor.shape).toEqual([])
  return interpret([tensor], new Map())[0][0]
}

const some = (shape: Shape, seed: number): { readonly numbers: number[]; readonly tensor: Tensor } => {
  const size = shape.reduce((product, extent) => product * extent, 1)
  const numbers = Array.from({ length: size }, (_, at) => Math.sin(seed + at * at))
  return { numbers, tensor: literal(numbers, shape) }
}

const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length

/** Two tensors of one shape. */
const pairs = (build: (a: Tensor, b: Tensor) => Tensor) =>
  fc
    .array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 4 })
    .map((shape) => ({ shapes: [shape, shape], build: ([a, b]: readonly Tensor[]) => build(a, b) }))

describe('the distance from the own example', () => {
  const [x, y] = [some([3, 2, 2], 1), some([3, 2, 2], 5)]
  const between = { real: batchOf(x.tensor), fake: batchOf(y.tensor) }

  it('is the mean over all numbers: l1 of absolute values, l2 of squares', () => {
    expect(valueOf(l1(1).loss(known(between)))).toBeCloseTo(
      mean(x.numbers.map((v, at) => Math.abs(v - y.numbers[at]))),
      12,
    )
    expect(valueOf(l2(1).loss(known(between)))).toBeCloseTo(
      mean(x.numbers.map((v, at) => (v - y.numbers[at]) ** 2)),
      12,
    )
  })

  it('of charbonnier is rounded off near 0', () => {
    expect(valueOf(charbonnier(1, 0.1).loss(known(between)))).toBeCloseTo(
      mean(x.numbers.map((v, at) => Math.sqrt((v - y.numbers[at]) ** 2 + 0.01))),
      12,
    )
  })

  it.each([l1, l2, (weight: number) => charbonnier(weight, 0.1)])(
    'has the derivatives that differences show',
    (term) => {
      const loss = (real: Tensor, fake: Tensor) => term(1).loss(known({ real: batchOf(real), fake: batchOf(fake) }))
      fc.assert(derivativesAgree(pairs(loss)), { numRuns: 30 })
    },
  )
})

describe('feature matching', () => {
  const shapes: Readonly<Record<string, Shape>> = { first: [3, 2], second: [3, 2, 2] }
  const featuresAt = (seed: number) =>
    Object.entries(shapes).map(([name, shape], at) => [name, some(shape, seed + at)] as const)
  const [real, fake] = [featuresAt(1), featuresAt(7)]
  const tensors = (features: typeof real): Variables =>
    Object.fromEntries(features.map(([name, { tensor }]) => [name, tensor]))
  const asked = known({ realScores: () => scoresOf(tensors(real)), fakeScores: () => scoresOf(tensors(fake)) })

  it('of pairs is the mean distance of each fake from its example, every feature alike', () => {
    const distances = real.map(([, { numbers }], at) =>
      mean(numbers.map((v, i) => Math.abs(v - fake[at][1].numbers[i]))),
    )
    expect(valueOf(featureMatching(1).loss(asked))).toBeCloseTo(mean(distances), 12)
    expect(valueOf(featureMatching(1, { compare: 'pairs' }).loss(asked))).toBeCloseTo(mean(distances), 12)
  })

  it('of means is the squared distance of the mean features of both minibatches', () => {
    const meansOf = (numbers: readonly number[]) => {
      const size = numbers.length / 3
      return Array.from({ length: size }, (_, at) => mean([0, 1, 2].map((row) => numbers[row * size + at])))
    }
    const distances = real.map(([, { numbers }], at) => {
      const others = meansOf(fake[at][1].numbers)
      return mean(meansOf(numbers).map((v, i) => (v - others[i]) ** 2))
    })
    expect(valueOf(featureMatching(1, { compare: 'means' }).loss(asked))).toBeCloseTo(mean(distances), 12)
  })

  it.each(['pairs', 'means'] as const)('of %s moves fakes towards real samples, not the other way about', (compare) => {
    const [a, b] = [input('real', [3, 2]), input('fake', [3, 2])]
    const loss = featureMatching(1, { compare }).loss(
      known({ realScores: () => scoresOf({ shown: a }), fakeScores: () => scoresOf({ shown: b }) }),
    )
    const feeds = new Map<Tensor, number[]>([
      [a, some([3, 2], 1).numbers],
      [b, some([3, 2], 9).numbers],
    ])
    const [byReal, byFake] = interpret(gradients(loss, [a, b]), feeds)
    expect([...byReal]).toEqual([0, 0, 0, 0, 0, 0])
    const nudge = 1e-5
    byFake.forEach((slope, at) => {
      const moved = (by: number) =>
        interpret([loss], new Map([...feeds, [b, (feeds.get(b) ?? []).map((v, i) => v + (i === at ? by : 0))]]))[0][0]
      expect(slope).toBeCloseTo((moved(nudge) - moved(-nudge)) / (2 * nudge), 7)
    })
  })

  it('needs a discriminator that shows some', () => {
    const loss = () =>
      featureMatching(1).loss(known({ realScores: () => scoresOf({}), fakeScores: () => scoresOf({}) }))
    expect(loss).toThrow(UserError)
    expect(loss).toThrow('There are no features to compare; let the network show some by tap(name).')
  })

  it('looks through a network of its own as well', () => {
    const [x, y] = [some([3, 2], 1), some([3, 2], 5)]
    const twice = (samples: Tensor): Variables => ({ twice: mul(samples, 2), square: mul(samples, samples) })
    const expected = mean([
      mean(x.numbers.map((v, at) => Math.abs(2 * v - 2 * y.numbers[at]))),
      mean(x.numbers.map((v, at) => Math.abs(v ** 2 - y.numbers[at] ** 2))),
    ])
    const told = known({ real: batchOf(x.tensor), fake: batchOf(y.tensor) })
    expect(valueOf(perceptual(1, twice).loss(told))).toBeCloseTo(expected, 12)
  })
})

describe('the cross-entropy of words', () => {
  const [batch, length, vocabulary] = [2, 3, 4]
  const words = [3, 0, 2, 1, 1, 3]
  const example = {
    words: literal(words, [batch, length], 'i32'),
    other: literal(words.toReversed(), [batch, length], 'i32'),
  }

  it('is the mean over words of what each costs', () => {
    const { numbers, tensor } = some([batch, length, vocabulary], 3)
    const costs = (chosen: readonly number[]) =>
      chosen.map((word, at) => {
        const row = numbers.slice(at * vocabulary, (at + 1) * vocabulary)
        return Math.log(row.reduce((total, logit) => total + Math.exp(logit), 0)) - row[word]
      })
    const told = known({ fake: batchOf(tensor), example })
    expect(valueOf(wordsCrossEntropy(1).loss(told))).toBeCloseTo(mean(costs(words)), 12)
    expect(valueOf(wordsCrossEntropy(1, 'other').loss(told))).toBeCloseTo(mean(costs(words.toReversed())), 12)
  })

  it('has the derivatives that differences show', () => {
    const one = { shapes: [[batch, length, vocabulary]] }
    const build = ([logits]: readonly Tensor[]) => wordsCrossEntropy(1).loss(known({ fake: batchOf(logits), example }))
    fc.assert(derivativesAgree(fc.constant({ ...one, build })), { numRuns: 10 })
  })
})

describe('mismatched pairs', () => {
  const values = [0.3, -1, 2, 0.7]
  const told = [1, 5, 2, 9]
  const x = literal(values, [4, 1])
  const given = { number: literal(told, [4, 1]) }
  /** The logit of a sample beside a number: their product. */
  const discriminate = (samples: Batch) => scoresOf({}, mul(samples.values, samples.given.number))
  const known4 = known({
    real: batchOf(x, given),
    realScores: () => discriminate(batchOf(x, given)),
    discriminate,
  })

  it('are real samples beside what their neighbor was given, and taken for fakes', () => {
    const matching = values.map((value, at) => value * told[at])
    const others = values.map((value, at) => value * told[(at + 1) % 4])
    const softplus = (value: number) => Math.log(1 + Math.exp(value))
    const expected = mean(matching.map((logit) => softplus(-logit))) + mean(others.map(softplus))
    expect(valueOf(mismatched(1, objectives.nonSaturating).loss(known4))).toBeCloseTo(expected, 12)
    expect(valueOf(mismatched(1, objectives.wasserstein).loss(known4))).toBeCloseTo(mean(others) - mean(matching), 12)
  })

  it('need something that is given', () => {
    const loss = () => mismatched(1, objectives.nonSaturating).loss(known({ real: batchOf(x), realScores: refuse }))
    expect(loss).toThrow(UserError)
    expect(loss).toThrow('The term mismatched compares samples with what they are given; the game gives nothing.')
  })
})

const points = Float64Array.from({ length: 20 }, (_, at) => Math.sin(at * at))
const data: Images = { values: points, shape: [10, 2], dtype: 'f32' }
/** All points are in every minibatch. */
const whole = (changes: Partial<TwoPlayerSettings>) => pointSettings({ batch: 10, ...changes })
const reportOf = (settings: TwoPlayerSettings, images: Images = data) =>
  setTable(settings, images).playMany(1)[0].report

describe.each(['alternating', 'simultaneous'] as const)('the terms of a game (%s)', (update) => {
  const optimizers = { generator: still, discriminator: still }
  const terms: Terms = {
    generator: [l1(3), l2(0.5)],
    discriminator: [{ name: 'bound', weight: 2, loss: ({ real }) => sum(real.values) }],
  }

  it('count in the loss of their player alone, each by its weight, and are reported as they count', () => {
    // The generator makes nothing but zeros, so that the order of samples is of no matter.
    const generator = pointLayer((z) => broadcast(constant(0), [z.shape[0], 2]))
    const [without, having] = [{}, terms].map((own) => reportOf(whole({ update, optimizers, generator, terms: own })))
    const [distance, square, total] = [
      mean([...points].map(Math.abs)),
      mean([...points].map((value) => value ** 2)),
      points.reduce((a, b) => a + b),
    ]
    expect(having.l1).toBeCloseTo(3 * distance, 10)
    expect(having.l2).toBeCloseTo(0.5 * square, 10)
    expect(having.bound).toBeCloseTo(2 * total, 10)
    expect(having.generatorLoss - without.generatorLoss).toBeCloseTo(3 * distance + 0.5 * square, 10)
    expect(having.discriminatorLoss - without.discriminatorLoss).toBeCloseTo(2 * total, 10)
    expect(Object.keys(without)).not.toContain('l1')
  })

  it('are reported under the names that the game says', () => {
    const settings = whole({ update, terms })
    const { finite: _, ...report } = reportOf(settings)
    const [{ reports }] = twoPlayerGame(settings).stages
    expect(Object.keys(report)).toEqual(Object.keys(reports))
    expect(reports.l1).toEqual({ tag: 'term/l1', chart: 'Terms', title: 'l1' })
  })

  it('move the parameters of their player as differences of them show', () => {
    const descent = sgd({ learningRate: 0.1 })
    const bound: Term = {
      name: 'bound',
      weight: 2,
      loss: ({ realScores }) => sum(mul(realScores().logits[0], realScores().logits[0])),
    }
    for (const [player, own] of [
      ['generator', { generator: [l2(0.5)] }],
      ['discriminator', { discriminator: [bound] }],
    ] as const) {
      const settings = whole({
        update,
        // Latents that are not drawn, so that only parameters move.
        prior: corruptedExample(),
        generator: dense(2),
        discriminator: dense(1),
        optimizers: { ...optimizers, [player]: descent },
      })
      const table = setTable({ ...settings, terms: own }, data)
      const [moved, unmoved] = [table, setTable(settings, data)].map(({ play, initial }) => play(initial).state)
      const name = player === 'generator' ? 'l2' : 'bound'
      for (const part of ['weight', 'bias']) {
        const path = `${player}.parameters.${part}`
        const start = table.initial[path]
        start.forEach((_, at) => {
          const share = (by: number) => {
            const nudged = { ...table.initial, [path]: start.map((v, i) => v + (i === at ? by : 0)) }
            return table.play(nudged).report[name]
          }
          const slope = (share(1e-5) - share(-1e-5)) / 2e-5
          expect(moved[path][at] - unmoved[path][at], `${path} ${at}`).toBeCloseTo(-0.1 * slope, 7)
        })
      }
    }
  })
})

describe('the features of the discriminator in a game', () => {
  /** Shows what it sees, doubled. */
  const showing: Layer = {
    name: 'showing',
    mixesBatch: false,
    init: () => ({ ...noVariables, shape: [1] }),
    apply: (_variables, x) => ({
      output: sum(x, { axes: [1], keep: true }),
      buffers: {},
      features: { doubled: mul(x, 2) },
    }),
  }
  const generator = pointLayer((z) => broadcast(constant(0), [z.shape[0], 2]))
  const optimizers = { generator: still, discriminator: still }

  it.each<[string, Partial<TwoPlayerSettings>]>([
    ['in one pass', {}],
    ['in two passes', { discriminator: { ...showing, mixesBatch: true } }],
    ['in a simultaneous update', { update: 'simultaneous' }],
    ['as the samples are shown', { augment: [{ name: 'doubling', apply: (x) => mul(x, 2) }] }],
  ])('are matched %s, for either player', (_how, changes) => {
    const compared = { discriminator: showing, generator, optimizers, ...changes }
    const [pairwise, means] = [{}, { compare: 'means' }] as const
    const shares = [pairwise, means].flatMap((how) =>
      (['generator', 'discriminator'] as const).map(
        (player) => reportOf(whole({ ...compared, terms: { [player]: [featureMatching(5, how)] } })).featureMatching,
      ),
    )
    const factor = changes.augment ? 4 : 2
    const distance = mean([...points].map((value) => Math.abs(factor * value)))
    const middle = [0, 1].map((axis) => mean([...points].filter((_, at) => at % 2 === axis)))
    const square = mean(middle.map((value) => (factor * value) ** 2))
    ;[distance, distance, square, square].forEach((expected, at) => expect(shares[at]).toBeCloseTo(5 * expected, 10))
  })
})

describe('mismatched pairs in a game', () => {
  /** The logit of a sample is how far it is from the number of its class. */
  const byClass: Layer = {
    name: 'byClass',
    mixesBatch: false,
    init: () => ({ ...noVariables, shape: [1] }),
    apply: (_variables, x, { given }) => ({
      output: sub(sum(x, { axes: [1], keep: true }), reshape(cast(given.class, 'f32'), [x.shape[0], 1])),
      buffers: {},
    }),
  }

  it('are of one class with what is real, and of another beside its neighbor', () => {
    // Every example is its own class.
    const labels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    const own = {
      values: Float64Array.from(labels.flatMap((label) => [label, 0])),
      shape: [10, 2],
      dtype: 'f32',
      labels,
    } as const
    const report = reportOf(
      whole({
        discriminator: byClass,
        condition: { classes: 10 },
        optimizers: { generator: still, discriminator: still },
        terms: {
          discriminator: [
            mismatched(2, {
              // How far the others are from their classes; those that match are at 0.
              discriminator: (real, fake) => add(mul(sum(mul(real, real)), 1000), sum(mul(fake, fake))),
              generator: () => constant(0),
              needsRealInGenerator: false,
            }),
          ],
        },
      }),
      own,
    )
    const order = labels.map((_, at) => permute([1, 2], streams.shuffle, 0, 10, at))
    const squares = order.map((row, at) => (row - order[(at + 1) % 10]) ** 2)
    expect(report.mismatched).toBeCloseTo(2 * squares.reduce((total, square) => total + square), 10)
  })
})

describe('the names of terms', () => {
  const begin = (terms: Terms, warmUp?: WarmUp) =>
    initialTraining(twoPlayerGame(pointSettings({ terms, ...(warmUp ? { warmUp } : {}) })), literal([1, 2], [2], 'i32'))

  it('are their own', () => {
    const refused = (make: () => unknown, name: string) => {
      expect(make).toThrow(UserError)
      expect(make).toThrow(`Two terms are called ${name}; give each a name of its own.`)
    }
    refused(() => begin({ generator: [l1(1), l1(2)] }), 'l1')
    refused(() => begin({ generator: [l1(1)], discriminator: [l1(2)] }), 'l1')
    refused(() => begin({ generator: [{ ...l1(1), name: 'penalty' }] }), 'penalty')
    refused(() => begin({}, { steps: 3, terms: [l1(1), l1(2)] }), 'l1')
    refused(() => begin({}, { steps: 3, terms: [{ ...l1(1), name: 'generatorLoss' }] }), 'generatorLoss')
    expect(() => begin({ generator: [l1(1), l2(1)] }, { steps: 3, terms: [l1(5)] })).not.toThrow()
  })
})
