import { describe, expect, it } from 'vitest'
import { objectives } from '../../../src/gan/losses/objectives.ts'
import { corruptedData, normalPrior } from '../../../src/gan/priors/priors.ts'
import { initialTraining } from '../../../src/gan/game/training-state.ts'
import type { TwoPlayerSettings } from '../../../src/gan/players/two-player.ts'
import { twoPlayerGame } from '../../../src/gan/players/two-player-game.ts'
import { batchNorm, dense, dropout, evaluation, leakyRelu, randomness, stack, tanh } from '../../../src/nn/index.ts'
import { adam, sgd } from '../../../src/optim/index.ts'
import type { Optimizer } from '../../../src/optim/index.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { topological } from '../../../src/tensor/graph.ts'
import { constant, input, literal } from '../../../src/tensor/operations/index.ts'
import { isKind } from '../../../src/tensor/tensor.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { leavesOf } from '../../../src/tensor/tree.ts'
import type { Tree } from '../../../src/tensor/tree.ts'
import { drawsOf, feedsOf, sampledLatents, setTable } from './oracle.ts'
import type { Numbers } from './oracle.ts'

const rate = 0.05

const plain: TwoPlayerSettings = {
  generator: stack([dense(4), leakyRelu(), dense(2), tanh()]),
  discriminator: stack([dense(5), leakyRelu(), dense(1)]),
  prior: normalPrior(3),
  objective: objectives.nonSaturating,
  penalties: [],
  optimizers: { generator: sgd({ learningRate: rate }), discriminator: sgd({ learningRate: rate }) },
  discriminatorSteps: 1,
  update: 'alternating',
  averageDecay: null,
  batch: 4,
  dataShape: [2],
  dataRange: 'signed',
}

const bytes = Uint8Array.from({ length: 20 }, (_, index) => (index * 53) % 256)
const images = { values: bytes, shape: [10, 2], dtype: 'u8' as const }

const variablesOf = (state: Numbers, branch: 'generator' | 'discriminator' | 'optimizers'): Numbers =>
  Object.fromEntries(Object.entries(state).filter(([name]) => name.startsWith(`${branch}.`)))

const withOptimizers = (generator: Optimizer, discriminator: Optimizer): TwoPlayerSettings => ({
  ...plain,
  optimizers: { generator, discriminator },
})

const tensorsOf = (tree: Tree): Tensor[] => topological(leavesOf(tree).map(([, tensor]) => tensor))

function expectClose(found: Numbers, expected: Numbers): void {
  expect(Object.keys(found)).toEqual(Object.keys(expected))
  expect(Object.keys(found)).not.toEqual([])
  for (const [name, values] of Object.entries(found)) {
    values.forEach((value, at) => expect(value, `${name}[${at}]`).toBeCloseTo(expected[name][at], 12))
  }
}

describe('the state', () => {
  const everything: TwoPlayerSettings = {
    ...plain,
    generator: stack([dense(4), batchNorm(), leakyRelu(), dense(2)]),
    optimizers: { generator: adam({ learningRate: rate }), discriminator: sgd({ learningRate: rate, momentum: 0.5 }) },
    averageDecay: 0.99,
    discriminatorSteps: 3,
  }

  it('keeps its form, so that a step can follow a step', () => {
    const { inputs, traced } = setTable(everything, images)
    const form = (tree: typeof inputs) => leavesOf(tree).map(([name, { shape, dtype }]) => [name, shape, dtype])
    expect(form(traced.state)).toEqual(form(inputs))
  })

  it('counts steps, samples and epochs', () => {
    const places = setTable(everything, images)
      .playMany(3)
      .map(({ state }) => [state.step[0], state.epoch[0], state.position[0]])
    // Ten samples hold two minibatches of four; every step takes three.
    expect(places).toEqual([
      [1, 1, 4],
      [2, 3, 0],
      [3, 4, 4],
    ])
  })

  it('depends on the seed, and on nothing else', () => {
    const { state: a } = setTable(everything, images, [1, 2]).playMany(2)[1]
    const { state: b } = setTable(everything, images, [1, 2]).playMany(2)[1]
    const { state: c } = setTable(everything, images, [2, 2]).playMany(2)[1]
    expect(a).toEqual(b)
    expect(a['generator.parameters.dense1.weight']).not.toEqual(c['generator.parameters.dense1.weight'])
  })

  it('gives every use of random numbers a stream of its own', () => {
    const noisy = { ...everything, discriminator: stack([dropout(0.2), dense(5), leakyRelu(), dropout(0.5), dense(1)]) }
    const { inputs, traced } = setTable(noisy, images)
    const streamsIn = (tree: Tree) =>
      tensorsOf(tree).flatMap((tensor) => (isKind(tensor, 'random') ? [tensor.primitive.stream] : []))
    const step = streamsIn(traced)
    const initial = streamsIn(initialTraining(twoPlayerGame(noisy), input('seed', [2], 'i32')))
    const pictures = streamsIn(sampledLatents(noisy.prior, 4, { seed: inputs.seed, step: inputs.step }))
    const all = [...step, ...initial, ...pictures]
    // Latents and two masks for each of four minibatches; weights and biases; latents.
    expect([step.length, initial.length, pictures.length]).toEqual([12, 8, 1])
    expect(new Set(all).size).toBe(all.length)
  })

  it('is refused where the players or the options do not fit', () => {
    const begin = (game: TwoPlayerSettings) => initialTraining(twoPlayerGame(game), literal([1, 2], [2], 'i32'))
    const wide = { ...plain, generator: stack([dense(4), dense(3)]) }
    expect(() => begin(wide)).toThrow(/generator makes samples of shape \[3\]; the data has \[2\]/)
    const undecided = { ...plain, discriminator: stack([dense(4)]) }
    expect(() => begin(undecided)).toThrow(/one logit/)
    expect(() => begin(undecided)).toThrow(UserError)
    expect(() => begin({ ...plain, discriminatorSteps: 0 })).toThrow(/0 steps/)
    expect(() => begin({ ...plain, averageDecay: 1 })).toThrow(/decay 1/)
  })
})

/** Sines, as numbers that nobody chose. */
const someNumbers = (count: number, seed: number) =>
  Float64Array.from({ length: count }, (_, i) => Math.sin(seed * 7 + i * i))

interface Draws {
  /** Training samples of every minibatch, in the order in which the step takes them. */
  readonly minibatches: readonly Float64Array[]
  /** Latents in the same order. */
  readonly latents: readonly Float64Array[]
}

/** A step from the game's first state, or another, in which these are the samples and latents. */
function stepWith(game: TwoPlayerSettings, draws: Draws, from?: Numbers): Numbers {
  const { initial, traced, play } = setTable(game, images)
  const { minibatches, latents } = drawsOf(traced)
  expect([minibatches.length, latents.length]).toEqual([draws.minibatches.length, draws.latents.length])
  const feeds = new Map<Tensor, Float64Array>([
    ...minibatches.map((tensor, index) => [tensor, draws.minibatches[index]] as const),
    ...latents.map((tensor, index) => [tensor, draws.latents[index]] as const),
  ])
  return play(from ?? initial, feeds).state
}

const still = sgd({ learningRate: 0 })
const descent = sgd({ learningRate: rate })
const [x1, x2, x3] = [1, 2, 3].map((seed) => someNumbers(8, seed).map((value) => Math.round((value + 1) * 127)))
const [z1, z2, z3, z4] = [4, 5, 6, 7].map((seed) => someNumbers(12, seed))

describe('the discriminator', () => {
  it('learns k times a step, each time from another minibatch and other latents', () => {
    const optimizers = { generator: still, discriminator: adam({ learningRate: rate }) }
    const game = { ...plain, optimizers }
    const once = stepWith({ ...game, discriminatorSteps: 3 }, { minibatches: [x1, x2, x3], latents: [z1, z2, z3, z4] })
    let state: Numbers | undefined
    for (const [x, z] of [
      [x1, z1],
      [x2, z2],
      [x3, z3],
    ]) {
      state = stepWith(game, { minibatches: [x], latents: [z, z4] }, state)
    }
    expectClose(variablesOf(once, 'discriminator'), variablesOf(state ?? {}, 'discriminator'))
    expectClose(variablesOf(once, 'optimizers'), variablesOf(state ?? {}, 'optimizers'))
  })

  it('goes on counting its updates from step to step', () => {
    const optimizers = { generator: still, discriminator: adam({ learningRate: rate }) }
    const two = { ...plain, optimizers, discriminatorSteps: 2 }
    const draws = { minibatches: [x1, x2], latents: [z1, z2, z4] }
    const second = stepWith(two, draws, stepWith(two, draws))
    const four = stepWith(
      { ...two, discriminatorSteps: 4 },
      { minibatches: [x1, x2, x1, x2], latents: [z1, z2, z1, z2, z4] },
    )
    expectClose(variablesOf(second, 'discriminator'), variablesOf(four, 'discriminator'))
  })

  it('looks at real and fake samples in one pass, and again at real ones only for an objective that needs it', () => {
    const passes = (game: TwoPlayerSettings) =>
      tensorsOf(setTable(game, images).traced).filter(
        ({ primitive, path }) => primitive.kind === 'matmul' && path === 'discriminator/dense1',
      )
    expect(passes(plain).map(({ shape }) => shape[0])).toEqual([8, 4])
    expect(passes({ ...plain, objective: objectives.relativisticPaired }).map(({ shape }) => shape[0])).toEqual([
      8, 4, 4,
    ])
  })
})

describe('the generator', () => {
  it('learns through the discriminator without a gradient for the parameters of that one', () => {
    const products = tensorsOf(setTable(plain, images).traced).filter(
      ({ primitive, path }) => primitive.kind === 'matmul' && path.startsWith('grad '),
    )
    // D's own step: two weights and back through one layer. Then back through both layers of D and one of G, and two weights of G.
    expect(products).toHaveLength(3 + 5)
  })

  it('alternating, meets the updated discriminator with latents of its own', () => {
    const state = stepWith(plain, { minibatches: [x1], latents: [z1, z2] })
    const discriminatorOnly = stepWith(withOptimizers(still, descent), { minibatches: [x1], latents: [z1, z2] })
    expectClose(variablesOf(state, 'discriminator'), variablesOf(discriminatorOnly, 'discriminator'))
    const generatorOnly = stepWith(
      withOptimizers(descent, still),
      { minibatches: [x1], latents: [z1, z2] },
      discriminatorOnly,
    )
    expectClose(variablesOf(state, 'generator'), variablesOf(generatorOnly, 'generator'))
  })

  it('simultaneous, meets the discriminator as it was with the same latents', () => {
    const state = stepWith({ ...plain, update: 'simultaneous' }, { minibatches: [x1], latents: [z1] })
    const discriminatorOnly = stepWith(withOptimizers(still, descent), { minibatches: [x1], latents: [z1, z1] })
    const generatorOnly = stepWith(withOptimizers(descent, still), { minibatches: [x1], latents: [z1, z1] })
    expectClose(variablesOf(state, 'discriminator'), variablesOf(discriminatorOnly, 'discriminator'))
    expectClose(variablesOf(state, 'generator'), variablesOf(generatorOnly, 'generator'))
    const alternating = stepWith(plain, { minibatches: [x1], latents: [z1, z1] })
    expect(variablesOf(state, 'generator')).not.toEqual(variablesOf(alternating, 'generator'))
  })
})

describe('the moving average', () => {
  const averaged = { ...plain, averageDecay: 0.3 }

  it.each(['parameters.dense2.weight', 'buffers.batchNorm1.runningMean'])(
    'follows the %s of the generator, at first faster than its decay says',
    (name) => {
      const normalized = { ...averaged, generator: stack([dense(4), batchNorm(), leakyRelu(), dense(2)]) }
      const { initial, playMany } = setTable(normalized, images)
      let expected = initial[`generator.${name}`]
      playMany(4).forEach(({ state }, step) => {
        const decay = Math.min((1 + step) / (10 + step), 0.3)
        expected = expected.map((mean, at) => decay * mean + (1 - decay) * state[`generator.${name}`][at])
        state[`average.${name}`].forEach((mean, at) => expect(mean).toBeCloseTo(expected[at], 12))
      })
    },
  )

  it('is what pictures are made of', () => {
    const { inputs, playMany } = setTable(averaged, images)
    const { state } = playMany(2)[1]
    const source = { seed: literal([9, 9], [2], 'i32'), step: constant(0, 'i32') }
    const latents = sampledLatents(averaged.prior, 6, source)
    const pictures = twoPlayerGame(averaged).generation.generate(inputs, latents, {}, randomness(source, 0))
    const expected = [inputs.average, inputs.generator].map(
      (variables) => averaged.generator.apply(variables, latents, evaluation).output,
    )
    const [shown, fromAverage, fromGenerator] = interpret([pictures, ...expected], feedsOf(inputs, state))
    expect(pictures.shape).toEqual([6, 2])
    expect(shown).toEqual(fromAverage)
    expect(shown).not.toEqual(fromGenerator)
  })

  it('holds nothing where the game keeps none', () => {
    expect(Object.keys(setTable(plain, images).initial).filter((name) => name.startsWith('average'))).toEqual([])
  })
})

describe('the report', () => {
  it('tells the mean scores and both losses before the updates', () => {
    const { initial, inputs, traced, play } = setTable(plain, images)
    const discriminator = (samples: Float64Array) => {
      const batch = input('samples', [4, 2])
      const { output } = plain.discriminator.apply(inputs.discriminator, batch, evaluation)
      return interpret([output], new Map([...feedsOf(inputs, initial), [batch, samples]]))[0]
    }
    const { minibatches, latents } = drawsOf(traced)
    const feeds = new Map<Tensor, ArrayLike<number>>([
      ...feedsOf(inputs, initial),
      [minibatches[0], x1],
      [latents[0], z1],
    ])
    const [fakes] = interpret([plain.generator.apply(inputs.generator, latents[0], evaluation).output], feeds)
    const real = [...discriminator(x1.map((byte) => byte / 127.5 - 1))]
    const fake = [...discriminator(fakes)]
    const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit))
    const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length
    const { report } = play(initial, feeds)
    expect(report.realScore).toBeCloseTo(mean(real.map(sigmoid)), 12)
    expect(report.fakeScore).toBeCloseTo(mean(fake.map(sigmoid)), 12)
    const loss =
      -mean(real.map((logit) => Math.log(sigmoid(logit)))) - mean(fake.map((logit) => Math.log(1 - sigmoid(logit))))
    expect(report.discriminatorLoss).toBeCloseTo(loss, 12)
    expect(report.penalty).toBe(0)
  })

  it.each([
    ['a weight that is no number', Number.NaN],
    ['an infinite weight', Number.POSITIVE_INFINITY],
    ['logits beyond float32', 1e39],
  ])('notices %s', (_what, value) => {
    const { initial, play } = setTable(plain, images)
    const broken = { ...initial, 'discriminator.parameters.dense2.bias': Float64Array.of(value) }
    expect(play(initial).report.finite).toBe(1)
    expect(play(broken).report.finite).toBe(0)
  })
})

describe('a generator that repairs training samples', () => {
  it('takes its latents from the data', () => {
    const game = { ...plain, prior: corruptedData({ noise: 0.1 }) }
    const { playMany } = setTable(game, images)
    const [, { state, report }] = playMany(2)
    expect(state['generator.parameters.dense1.weight']).toHaveLength(2 * 4)
    expect(report.finite).toBe(1)
  })
})
