import { describe, expect, it } from 'vitest'
import { auxiliaryClassifier } from '../../../src/gan/losses/condition.ts'
import { objectives } from '../../../src/gan/losses/objectives.ts'
import { r1, r2 } from '../../../src/gan/losses/penalties.ts'
import { normalPrior } from '../../../src/gan/priors/priors.ts'
import { createTrainer } from '../../../src/gan/training/trainer.ts'
import { initialTraining } from '../../../src/gan/game/training-state.ts'
import type { TwoPlayerSettings } from '../../../src/gan/players/two-player.ts'
import { twoPlayerGame } from '../../../src/gan/players/two-player-game.ts'
import { concatenation, dense, leakyRelu, noVariables, projection, stack } from '../../../src/nn/index.ts'
import type { Layer } from '../../../src/nn/index.ts'
import { adam, sgd } from '../../../src/optim/index.ts'
import { createDevice } from '../../../src/runtime/device.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { gradients } from '../../../src/tensor/grad.ts'
import { cast, input, literal, reshape, sub } from '../../../src/tensor/operations/index.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { inlineEngine } from '../../../src/wasm/engine.ts'
import { setTable } from '../players/oracle.ts'

const classes = 3
const still = sgd({ learningRate: 0 })

/** A layer without variables, from samples and their labels as numbers [batch, 1]. */
const reading = (shape: readonly number[], apply: (x: Tensor, labels: Tensor) => Tensor): Layer => ({
  name: 'reading',
  mixesBatch: false,
  init: () => ({ ...noVariables, shape }),
  apply: (_variables, x, { given }) => ({
    output: apply(x, reshape(cast(given.class, 'f32'), [x.shape[0], 1])),
    buffers: {},
  }),
})

const base: TwoPlayerSettings = {
  generator: dense(1),
  discriminator: dense(1),
  prior: normalPrior(2),
  objective: objectives.relativisticPaired,
  penalties: [],
  condition: { classes },
  optimizers: { generator: still, discriminator: still },
  discriminatorSteps: 2,
  update: 'alternating',
  averageDecay: null,
  batch: 4,
  dataShape: [1],
  dataRange: 'signed',
}

/** Ten numbers, each of which is its own class. */
const labels = [0, 2, 1, 1, 0, 2, 2, 1, 0, 2]
const data = { values: labels, shape: [10, 1], dtype: 'f32' as const, labels }

describe('labels', () => {
  it.each(['alternating', 'simultaneous'] as const)(
    'come with their samples and reach both players, which play for the same classes (%s)',
    (update) => {
      const game = {
        ...base,
        update,
        generator: reading([1], (_z, label) => label),
        discriminator: reading([1], (x, label) => sub(x, label)),
      }
      const played = setTable(game, data).playMany(4)
      // Every logit is the distance of a sample from its label.
      for (const { report } of played) expect([report.realScore, report.fakeScore]).toEqual([0.5, 0.5])
    },
  )

  it('are not guessed from the samples', () => {
    const game = { ...base, discriminator: reading([1], (x, label) => sub(label, x)) }
    const shifted = { ...data, labels: labels.map((label) => (label + 1) % classes) }
    for (const { report } of setTable(game, shifted).playMany(3)) expect(report.realScore).not.toBe(0.5)
  })

  it('have to be there, one for each sample, and to be classes', async () => {
    const images = Float32Array.from(labels)
    const start = (some: number[] | null) =>
      createTrainer(createDevice(inlineEngine()), twoPlayerGame(base), { images, count: 10, labels: some })
    await expect(start(null)).rejects.toThrow(UserError)
    await expect(start(null)).rejects.toThrow(
      'The game has 3 classes, but the data has no labels; give data with labels, or a game without classes.',
    )
    await expect(start([0, 1])).rejects.toThrow('The data has 10 samples, but 2 labels; give one for each.')
    await expect(start(labels.with(4, 3))).rejects.toThrow(
      'Sample 4 has the label 3, but the 3 classes of the game are 0 to 2.',
    )
  })

  it('are left alone by a game without classes', async () => {
    const { condition: _, ...others } = base
    const device = createDevice(inlineEngine())
    const trainer = await createTrainer(device, twoPlayerGame(others), {
      images: Float32Array.from(labels),
      count: 10,
      labels: [99],
    })
    expect([...device.variables.values()].map(({ name }) => name)).not.toContain('examples.class')
    expect(await trainer.train(1)).toHaveLength(1)
  })
})

describe('the number of classes', () => {
  const begin = (game: TwoPlayerSettings) => initialTraining(twoPlayerGame(game), literal([1, 2], [2], 'i32'))

  it('is a whole number', () => {
    expect(() => begin({ ...base, condition: { classes: 0 } })).toThrow(
      'A game cannot have 0 classes; give a whole number from 1 on.',
    )
  })

  it('is how many logits the discriminator adds for a classifier', () => {
    const game = { ...base, condition: { classes, classifier: auxiliaryClassifier() } }
    expect(() => begin(game)).toThrow(
      'The discriminator gives [1] for a sample; it must end in 4 logits, its own and one for each class.',
    )
    expect(() => begin({ ...game, discriminator: dense(4) })).not.toThrow()
  })
})

describe('the auxiliary classifier', () => {
  const logits = input('logits', [2, classes])
  const of = literal([2, 0], [2], 'i32')

  it('pays the mean cross-entropy, times its weight', () => {
    const rows = [
      [1, 2, 4],
      [-1, 0.5, 3],
    ]
    const entropy = (row: number[], label: number) =>
      Math.log(row.reduce((total, value) => total + Math.exp(value), 0)) - row[label]
    const expected = (entropy(rows[0], 2) + entropy(rows[1], 0)) / 2
    for (const weight of [1, 0.5]) {
      const [[loss]] = interpret([auxiliaryClassifier(weight).loss(logits, of)], new Map([[logits, rows.flat()]]))
      expect(loss).toBeCloseTo(weight * expected, 12)
    }
  })

  it('keeps the right slopes where it is completely wrong and completely right', () => {
    const loss = auxiliaryClassifier().loss(logits, of)
    const [[value], slopes] = interpret(
      [loss, ...gradients(loss, [logits])],
      new Map([[logits, [80, -80, -80, 80, -80, -80]]]),
    )
    expect(value).toBeCloseTo(80, 12)
    ;[0.5, 0, -0.5, 0, 0, 0].forEach((slope, index) => expect(slopes[index]).toBeCloseTo(slope, 12))
  })

  it('counts for the discriminator on both sides, and for the generator on fakes, beside the logit of being real', () => {
    // Logits [x, x, 0, 0] for a sample x.
    const discriminator = dense(4, { bias: false, initializer: () => literal([1, 1, 0, 0], [1, 4]) })
    const generator = reading([1], (_z, label) => sub(label, 0.5))
    const playWith = (weight: number) =>
      setTable(
        {
          ...base,
          batch: 10,
          discriminatorSteps: 1,
          objective: objectives.nonSaturating,
          generator,
          discriminator,
          condition: { classes, classifier: auxiliaryClassifier(weight) },
        },
        data,
      ).playMany(1)[0].report
    const entropy = (x: number, label: number) => Math.log(Math.exp(x) + 2) - (label === 0 ? x : 0)
    const average = (shift: number) =>
      labels.reduce((total, label) => total + entropy(label + shift, label), 0) / labels.length
    const [without, once, twice] = [0, 1, 2].map(playWith)
    expect(once.discriminatorLoss - without.discriminatorLoss).toBeCloseTo(average(0) + average(-0.5), 10)
    expect(twice.discriminatorLoss - without.discriminatorLoss).toBeCloseTo(2 * (average(0) + average(-0.5)), 10)
    expect(once.generatorLoss - without.generatorLoss).toBeCloseTo(average(-0.5), 10)
    const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit))
    expect(once.realScore).toBeCloseTo(labels.reduce((total, label) => total + sigmoid(label), 0) / 10, 10)
  })
})

describe.each<[string, Partial<TwoPlayerSettings>]>([
  ['concatenation', { discriminator: stack([concatenation(classes), dense(6), leakyRelu(), dense(1)]) }],
  ['projection', { discriminator: stack([dense(6), leakyRelu(), projection(classes)]) }],
  [
    'an auxiliary classifier',
    {
      discriminator: stack([dense(6), leakyRelu(), dense(1 + classes)]),
      condition: { classes, classifier: auxiliaryClassifier() },
    },
  ],
])('a game conditioned by %s', (_name, players) => {
  const optimizer = adam({ learningRate: 0.01, beta1: 0.5, beta2: 0.99 })
  const game: TwoPlayerSettings = {
    ...base,
    generator: stack([concatenation(classes), dense(8), leakyRelu(), dense(1)]),
    optimizers: { generator: optimizer, discriminator: optimizer },
    penalties: [r1(0.1), r2(0.1)],
    discriminatorSteps: 1,
    ...players,
  }

  it('judges in one pass as in two', () => {
    const apart = { ...game, discriminator: { ...game.discriminator, mixesBatch: true } }
    const [once, twice] = [game, apart].map((some) => setTable(some, data).playMany(2)[1])
    for (const [name, values] of Object.entries(once.state)) {
      values.forEach((value, at) => expect(value, name).toBeCloseTo(twice.state[name][at], 8))
    }
    expect(once.report.discriminatorLoss).toBeCloseTo(twice.report.discriminatorLoss, 10)
  })

  it('learns which samples belong to which class', async () => {
    const count = 300
    const all = Array.from({ length: count }, (_, index) => index % classes)
    const spread = (index: number) => 0.1 * Math.sin(index * index)
    const images = Float32Array.from(all, (label, index) => label - 1 + spread(index))
    const trainer = await createTrainer(
      createDevice(inlineEngine()),
      twoPlayerGame({ ...game, batch: 30, averageDecay: 0.9 }),
      { images, count, labels: all },
      { seed: 2 },
    )
    await trainer.train(600)
    const samples = await trainer.sample(300)
    for (let label = 0; label < classes; label++) {
      const own = samples.filter((_, index) => index % classes === label)
      const mean = own.reduce((a, b) => a + b) / own.length
      expect(Math.abs(mean - (label - 1)), `class ${label}`).toBeLessThan(0.25)
    }
  })
})
