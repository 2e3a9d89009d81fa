import { describe, expect, it } from 'vitest'
import { reportsOf } from '../../../src/gan/game/game.ts'
import type { TrainingData } from '../../../src/gan/loading/example-table.ts'
import { normalNoise } from '../../../src/gan/priors/corruptions.ts'
import { corruptedExample } from '../../../src/gan/priors/priors.ts'
import { featureMatching, l1, l2, mismatched } from '../../../src/gan/losses/terms.ts'
import { objectives } from '../../../src/gan/losses/objectives.ts'
import { createTrainer } from '../../../src/gan/training/trainer.ts'
import type { Trainer } from '../../../src/gan/training/trainer.ts'
import { initialTraining } from '../../../src/gan/game/training-state.ts'
import type { TwoPlayerState, WarmUp } from '../../../src/gan/players/two-player.ts'
import { twoPlayerGame } from '../../../src/gan/players/two-player-game.ts'
import { dense } from '../../../src/nn/index.ts'
import { adam, inverseSquareRoot, sgd } from '../../../src/optim/index.ts'
import { createDevice, read, write } from '../../../src/runtime/device.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { literal } from '../../../src/tensor/operations/index.ts'
import { inlineEngine } from '../../../src/wasm/engine.ts'
import type { Numbers } from './oracle.ts'
import { setTable } from './oracle.ts'
import { pointSettings, still } from './point-game.ts'

const count = 12
const points = Float32Array.from({ length: 2 * count }, (_, at) => Math.sin(at * at))
const data = { values: points, shape: [count, 2], dtype: 'f32' } as const

/** Five steps of warm-up, and a game with a term of its own. */
const settings = pointSettings({
  prior: corruptedExample(normalNoise(0.2)),
  optimizers: { generator: adam({ learningRate: 0.01 }), discriminator: adam({ learningRate: 0.01 }) },
  warmUp: { steps: 5, terms: [l2(3)] },
  terms: { generator: [l1(0.5)] },
  discriminatorSteps: 2,
  averageDecay: 0.9,
})

const start = (held: TrainingData = { points, count }): Promise<Trainer<TwoPlayerState>> =>
  createTrainer(createDevice(inlineEngine(), { strict: true }), twoPlayerGame(settings), held, { seed: 6 })

const stateOf = ({ device, variables }: Trainer<TwoPlayerState>) =>
  Object.fromEntries([...variables].map(([name, variable]) => [name, [...read(device, variable)]]))

const under = <T>(state: Readonly<Record<string, T>>, ...prefixes: string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(state).filter(([name]) => prefixes.some((prefix) => name.startsWith(prefix))))

const warmUpNames = ['generatorLoss', 'l2', 'finite']
const gameNames = ['discriminatorLoss', 'generatorLoss', 'realScore', 'fakeScore', 'penalty', 'l1', 'finite']

describe('a warm-up', () => {
  it('comes before the game, for its steps; each of both reports what is its own', async () => {
    const trainer = await start()
    const names = async (steps: number) => (await trainer.train(steps)).map((report) => Object.keys(report))
    expect(trainer.stage().name).toBe('warm-up')
    expect(await names(4)).toEqual(Array.from({ length: 4 }, () => warmUpNames))
    expect(trainer.stage().name).toBe('warm-up')
    expect(await names(3)).toEqual([warmUpNames, gameNames, gameNames])
    expect(trainer.stage().name).toBe('game')
    const { stages } = trainer.game
    expect(stages.map(({ name, steps }) => [name, steps])).toEqual([
      ['warm-up', 5],
      ['game', null],
    ])
    const shown = stages.map(({ reports }) => [...Object.keys(reports), 'finite'])
    expect(shown).toEqual([warmUpNames, gameNames])
    expect(new Set(Object.keys(reportsOf(trainer.game)))).toEqual(
      new Set([...warmUpNames, ...gameNames].filter((name) => name !== 'finite')),
    )
    expect(twoPlayerGame(pointSettings()).stages.map(({ name }) => name)).toEqual(['game'])
  })

  it('leaves the discriminator as it began, its optimizer as well, and moves the generator and its average', async () => {
    const trainer = await start()
    const resting = ['discriminator.', 'optimizers.discriminator.']
    const before = stateOf(trainer)
    expect(Object.keys(under(before, ...resting)).length).toBeGreaterThan(4)
    await trainer.train(5)
    const after = stateOf(trainer)
    expect(under(after, ...resting)).toEqual(under(before, ...resting))
    for (const part of ['generator.', 'average.', 'optimizers.generator.']) {
      for (const [name, values] of Object.entries(under(after, part))) expect(values, name).not.toEqual(before[name])
    }
    await trainer.train(1)
    for (const [name, values] of Object.entries(under(stateOf(trainer), 'discriminator.'))) {
      expect(values, name).not.toEqual(before[name])
    }
  })

  it('reads as many minibatches in every step as the game does', async () => {
    const trainer = await start()
    await trainer.train(4)
    const { step, epoch, position } = stateOf(trainer)
    // Three minibatches of four in an epoch, two of them in a step.
    expect([step, epoch, position].flat()).toEqual([4, 2, 8])
  })

  it("descends its terms alone: the generator's parameters move as differences show", () => {
    const own = pointSettings({
      batch: count,
      prior: corruptedExample(),
      generator: dense(2),
      optimizers: { generator: sgd({ learningRate: 0.1 }), discriminator: still },
      warmUp: { steps: 5, terms: [l2(3), l1(0.5)] },
    })
    const { initial, play } = setTable(own, data)
    const { report, state } = play(initial)
    // G(z) = W z + b, in plain loops.
    const lossAt = ({ 'generator.parameters.weight': weight, 'generator.parameters.bias': bias }: Numbers) => {
      let total = 0
      for (let row = 0; row < count; row++) {
        for (const axis of [0, 1]) {
          const made = bias[axis] + points[2 * row] * weight[axis] + points[2 * row + 1] * weight[2 + axis]
          const miss = points[2 * row + axis] - made
          total += (3 * miss ** 2 + 0.5 * Math.abs(miss)) / (2 * count)
        }
      }
      return total
    }
    expect(report.generatorLoss).toBeCloseTo(lossAt(initial), 10)
    expect(report.l2 + report.l1).toBeCloseTo(report.generatorLoss, 12)
    for (const name of ['generator.parameters.weight', 'generator.parameters.bias']) {
      initial[name].forEach((value, at) => {
        const nudged = (by: number) =>
          lossAt({ ...initial, [name]: initial[name].map((v, i) => v + (i === at ? by : 0)) })
        const slope = (nudged(1e-6) - nudged(-1e-6)) / 2e-6
        expect(state[name][at], `${name}[${at}]`).toBeCloseTo(value - 0.1 * slope, 7)
      })
    }
  })
})

describe('a training that goes on across the end of the warm-up', () => {
  it.each([
    [3, 4],
    [5, 2],
    [6, 1],
  ])('comes to the same bits in %d steps and %d', async (first, second) => {
    const whole = await start()
    const reports = await whole.train(7)
    const parts = await start()
    expect([...(await parts.train(first)), ...(await parts.train(second))]).toEqual(reports)
    expect(stateOf(parts)).toEqual(stateOf(whole))
  })

  it.each([0, 3, 5, 6])('does so from the state after %d steps', async (done) => {
    const whole = await start()
    await whole.train(done)
    const kept = new Map([...whole.variables].map(([name, variable]) => [name, read(whole.device, variable).slice()]))
    const reports = await whole.train(7 - done)
    const resumed = await start()
    for (const [name, variable] of resumed.variables) write(resumed.device, variable, kept.get(name) ?? [])
    expect(resumed.stage().name).toBe(done < 5 ? 'warm-up' : 'game')
    expect(await resumed.train(7 - done)).toEqual(reports)
    expect(stateOf(resumed)).toEqual(stateOf(whole))
    expect(await resumed.sample(10, 2)).toEqual(await whole.sample(10, 2))
  })

  it('reads records that cannot all be held as well', async () => {
    const readRows = async (rows: ArrayLike<number>) =>
      Float32Array.from(Array.from(rows).flatMap((row) => [...points.subarray(2 * row, 2 * row + 2)]))
    const streamed = { count, mostHeld: 8, fields: { point: readRows } }
    const [whole, parts] = [await start(streamed), await start(streamed)]
    const reports = await whole.train(7)
    expect([...(await parts.train(3)), ...(await parts.train(4))]).toEqual(reports)
    expect(stateOf(parts)).toEqual(stateOf(whole))
  })
})

describe('the discriminator after the warm-up', () => {
  it.each([1, 3])('counts its updates from 0 on, %d in a step', (discriminatorSteps) => {
    const own = pointSettings({
      // Nothing is drawn, and every minibatch is all of the data.
      batch: count,
      prior: corruptedExample(),
      optimizers: {
        generator: still,
        // Both, Adam's correction and the rate, depend on how many updates there were.
        discriminator: adam({ learningRate: inverseSquareRoot(0.01, 2) }),
      },
      discriminatorSteps,
    })
    const warmUp: WarmUp = { steps: 5, terms: [l2(1)] }
    const cold = setTable(own, data).playMany(3)
    const table = setTable({ ...own, warmUp }, data, [1, 2], 1)
    const warm: typeof cold = []
    const begun = { ...table.initial, step: Float64Array.of(5) }
    for (let step = 0; step < 3; step++) warm.push(table.play(warm.at(-1)?.state ?? begun))
    cold.forEach(({ state }, at) => {
      for (const [name, values] of Object.entries(under(state, 'discriminator.', 'optimizers.'))) {
        values.forEach((value, index) => expect(warm[at].state[name][index], `${name}[${index}]`).toBeCloseTo(value, 9))
      }
    })
  })
})

describe('a warm-up that cannot be', () => {
  const begin = (warmUp: WarmUp) =>
    initialTraining(twoPlayerGame(pointSettings({ warmUp })), literal([1, 2], [2], 'i32'))

  it.each([
    { steps: 0, terms: [l2(1)] },
    { steps: 1.5, terms: [l2(1)] },
    { steps: 3, terms: [] },
  ])('is refused: %j', (warmUp) => {
    expect(() => begin(warmUp)).toThrow(UserError)
    expect(() => begin(warmUp)).toThrow('A warm-up needs a whole number of steps from 1 on, and a term to learn from.')
  })

  it.each([featureMatching(1), mismatched(1, objectives.nonSaturating)])(
    'is refused where a term asks the discriminator',
    (term) => {
      const asking = pointSettings({ warmUp: { steps: 3, terms: [term] }, condition: { classes: 2 } })
      const labels = Array.from({ length: count }, (_, at) => at % 2)
      const set = () => setTable(asking, { ...data, labels })
      expect(set).toThrow(UserError)
      expect(set).toThrow(
        'A term of the warm-up asks the discriminator, which does not play yet; list it under terms.generator only.',
      )
    },
  )
})
