import { afterAll, describe, expect, it } from 'vitest'
import { augmentations } from '../../../src/gan/priors/augment.ts'
import { auxiliaryClassifier } from '../../../src/gan/losses/condition.ts'
import { weightClipping } from '../../../src/gan/losses/constraint.ts'
import { objectives, smoothed } from '../../../src/gan/losses/objectives.ts'
import type { ObjectiveName } from '../../../src/gan/losses/objectives.ts'
import { gradientPenalty, penalties } from '../../../src/gan/losses/penalties.ts'
import { normalPrior } from '../../../src/gan/priors/priors.ts'
import { createTrainer } from '../../../src/gan/training/trainer.ts'
import type { TwoPlayerSettings } from '../../../src/gan/players/two-player.ts'
import { twoPlayerGame } from '../../../src/gan/players/two-player-game.ts'
import {
  concatenation,
  conditionalBatchNorm,
  dense,
  flatten,
  leakyRelu,
  projection,
  reshape,
  stack,
  tanh,
} from '../../../src/nn/index.ts'
import { adam, sgd } from '../../../src/optim/index.ts'
import { read, write } from '../../../src/runtime/device.ts'
import { openNodeDevice } from '../../../src/runtime/open-node.ts'
import { setTable } from './oracle.ts'

const classes = 3
const dataShape = [6, 5, 2] as const
const count = 40
const size = 60
const images = Uint8Array.from({ length: count * size }, (_, index) => (index * 53) % 256)
const labels = Array.from({ length: count }, (_, index) => (index * 7) % classes)

const plain: TwoPlayerSettings = {
  generator: stack([dense(24), leakyRelu(), dense(size), tanh(), reshape(dataShape)]),
  discriminator: stack([flatten(), dense(20), leakyRelu(), dense(1)]),
  prior: normalPrior(5),
  objective: objectives.nonSaturating,
  penalties: [],
  // Plain descent: Adam would blow the rounding of small gradients up.
  optimizers: { generator: sgd({ learningRate: 0.05 }), discriminator: sgd({ learningRate: 0.05 }) },
  discriminatorSteps: 1,
  update: 'alternating',
  averageDecay: null,
  batch: 8,
  dataShape,
  dataRange: 'signed',
}

const conditional: TwoPlayerSettings = {
  ...plain,
  condition: { classes },
  generator: stack([
    concatenation(classes),
    dense(24),
    conditionalBatchNorm(classes),
    leakyRelu(),
    dense(size),
    tanh(),
    reshape(dataShape),
  ]),
  discriminator: stack([concatenation(classes), flatten(), dense(20), leakyRelu(), projection(classes)]),
}

const everyAugmentation = Object.values(augmentations).map((make) => make(0.4))

const games: [string, TwoPlayerSettings][] = [
  [
    'by class, augmented, with penalties on what is shown',
    {
      ...conditional,
      augment: everyAugmentation,
      penalties: [penalties.r1(0.1), penalties.r2(0.1)],
      averageDecay: 0.9,
    },
  ],
  [
    'by class, augmented, with all penalties on the originals',
    {
      ...conditional,
      augment: everyAugmentation,
      penalize: 'original',
      penalties: Object.values(penalties).map((penalty) => penalty(0.1)),
    },
  ],
  [
    'with an auxiliary classifier and smoothed labels',
    {
      ...conditional,
      objective: smoothed(objectives.nonSaturating, 0.1),
      condition: { classes, classifier: auxiliaryClassifier() },
      discriminator: stack([flatten(), dense(20), leakyRelu(), dense(1 + classes)]),
      update: 'simultaneous',
    },
  ],
  [
    'of a clipped critic',
    {
      ...plain,
      objective: objectives.wasserstein,
      constraint: weightClipping(0.02),
      discriminatorSteps: 3,
    },
  ],
  ...Object.keys(objectives).map((name): [string, TwoPlayerSettings] => [
    `with the objective ${name}`,
    { ...plain, objective: objectives[name as ObjectiveName], penalties: [gradientPenalty(0.1)] },
  ]),
]

const device = await openNodeDevice({ threads: 2, strict: true })
afterAll(() => device.engine.close())

describe.each(games)('a game %s', (_name, settings) => {
  const isConditional = settings.condition !== undefined

  it('trains on two threads as the interpreter does', async () => {
    const trainer = await createTrainer(device, twoPlayerGame(settings), { images, count, labels }, { seed: 5 })
    const reports = await trainer.train(3)
    const values = { values: images, shape: [count, ...dataShape], dtype: 'u8' as const }
    const table = setTable(settings, isConditional ? { ...values, labels } : values, [5, 0])
    const played = table.playMany(3)
    const close = (found: number, expected: number, what: string) =>
      expect(Math.abs(found - expected) / (1 + Math.abs(expected)), what).toBeLessThan(2e-4)
    played.forEach(({ report }, step) => {
      for (const [name, expected] of Object.entries(report)) {
        close(reports[step][name as keyof typeof report], expected, `${name} of step ${step}`)
      }
    })
    for (const [name, variable] of trainer.variables) {
      read(device, variable).forEach((value, at) => close(value, played[2].state[name][at], `${name}[${at}]`))
    }
    const clipped = [...trainer.variables].filter(([name]) => name.startsWith('discriminator.parameters.'))
    if (settings.constraint) {
      for (const [, variable] of clipped)
        expect(Math.max(...read(device, variable).map(Math.abs))).toBeLessThanOrEqual(0.0200001)
    }
  })
})

describe('a conditional game with augmentation', () => {
  const optimizer = adam({ learningRate: 0.002 })
  const game = twoPlayerGame({ ...games[0][1], optimizers: { generator: optimizer, discriminator: optimizer } })
  const start = () => createTrainer(device, game, { images, count, labels }, { seed: 9 })

  it('goes on to the bit from a state in its middle', async () => {
    const through = await start()
    await through.train(5)
    const kept = new Map([...through.variables].map(([name, variable]) => [name, read(device, variable)]))
    const later = await through.train(4)
    const resumed = await start()
    for (const [name, variable] of resumed.variables) write(device, variable, kept.get(name) ?? [])
    expect(await resumed.train(4)).toEqual(later)
    for (const [name, variable] of resumed.variables) {
      expect(read(device, variable), name).toEqual(read(device, through.variables.get(name) ?? variable))
    }
  })

  it('draws samples of all classes in turn, or of one', async () => {
    const trainer = await start()
    await trainer.train(20)
    const of = (samples: Float32Array, index: number) => samples.subarray(index * size, (index + 1) * size)
    const turn = await trainer.sample(130, 4)
    for (let label = 0; label < classes; label++) {
      const alike = await trainer.sample(130, 4, { label })
      for (const index of [0, 1, 2, 63, 64, 65, 129]) {
        const same = of(alike, index).join() === of(turn, index).join()
        expect(same, `sample ${index} of class ${label}`).toBe(index % classes === label)
      }
      expect(await trainer.sample(60, 4, { first: 70, label })).toEqual(alike.subarray(70 * size))
    }
    await expect(trainer.sample(1, 4, { label: 3 })).rejects.toThrow(
      'There is no class 3; the classes of this generator are 0 to 2.',
    )
  })

  it('has no classes to draw from where it has learned none', async () => {
    const trainer = await createTrainer(device, twoPlayerGame(plain), { images, count })
    await expect(trainer.sample(1, 0, { label: 0 })).rejects.toThrow(
      'No samples of class 0 can be drawn: the generator has learned no classes.',
    )
  })
})
