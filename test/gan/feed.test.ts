import { describe, expect, it } from 'vitest'
import { openFeed, rowsOfWindow } from '../../src/gan/feed.ts'
import type { TrainingData } from '../../src/gan/feed.ts'
import type { Game } from '../../src/gan/game.ts'
import { corruptedData } from '../../src/gan/priors.ts'
import { createTrainer } from '../../src/gan/trainer.ts'
import { mlp } from '../../src/recipes/mlp.ts'
import { createDevice, read, write } from '../../src/runtime/device.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'

const count = 50
const images = Uint8Array.from({ length: count * 4 }, (_, at) => (at * 89) % 256)

const game = (changes: Partial<Game> = {}): Game => ({
  ...mlp.game({
    dataShape: [2, 2, 1],
    batch: 3,
    learningRate: 1e-3,
    discriminatorSteps: 2,
    settings: { latent: 4, generator: { units: [8] }, discriminator: { units: [8] } },
  }),
  ...changes,
})

/** A store that holds images and notes what is read of it. */
function storeOf(mostHeld: number) {
  const reads: number[][] = []
  const readRows = async (rows: ArrayLike<number>) => {
    reads.push(Array.from(rows))
    await new Promise((resolve) => setTimeout(resolve))
    return Uint8Array.from(Array.from(rows).flatMap((row) => [...images.subarray(4 * row, 4 * row + 4)]))
  }
  return { store: { mostHeld, read: readRows }, reads }
}

describe('the samples of a window', () => {
  it('are those of one epoch after the other, each in an order of its own', async () => {
    const windows = await Promise.all(Array.from({ length: 25 }, (_, index) => rowsOfWindow(7, count, 6, index)))
    const all = windows.flatMap((rows) => [...rows])
    for (const rows of windows) expect([...rows]).toEqual([...rows].toSorted((a, b) => a - b))
    // 25 windows of 6 are three epochs of 50.
    const tally = Array<number>(count).fill(0)
    for (const row of all) tally[row]++
    expect(new Set(tally)).toEqual(new Set([3]))
    expect([...(await rowsOfWindow(7, count, 6, 3))]).toEqual([...windows[3]])
    expect([...(await rowsOfWindow(8, count, 6, 3))]).not.toEqual([...windows[3]])
    expect([...(await rowsOfWindow(7, count, 50, 0))]).toEqual(Array.from({ length: 50 }, (_, row) => row))
  })
})

describe('a feed of stored images', () => {
  const open = (mostHeld: number, labels: readonly number[] | null = null) => {
    const device = createDevice(inlineEngine())
    const { store, reads } = storeOf(mostHeld)
    return { device, reads, feed: openFeed(device, game(), { store, count }, labels, 5) }
  }

  it('holds whole steps, as many as it may, and their classes', async () => {
    const labels = Array.from({ length: count }, (_, row) => row % 7)
    const { device, feed } = open(20, labels)
    // 3 steps of 2 x 3 samples.
    expect(feed.samples.tensor.shape).toEqual([18, 2, 2, 1])
    expect(await feed.ready(0)).toBe(3)
    expect(await feed.ready(4)).toBe(2)
    const rows = await rowsOfWindow(5, count, 18, 1)
    expect([...read(device, feed.samples)]).toEqual(
      Array.from(rows).flatMap((row) => [...images.subarray(4 * row, 4 * row + 4)]),
    )
    if (feed.labels === null) throw new Error('it has no labels')
    expect([...read(device, feed.labels)]).toEqual(Array.from(rows, (row) => labels[row]))
  })

  it('reads each window once, the next one ahead of time', async () => {
    const { feed, reads } = open(12)
    await feed.ready(0)
    await feed.ready(1)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(reads).toHaveLength(2)
    for (let step = 2; step < 8; step++) await feed.ready(step)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(reads).toHaveLength(5)
    const expected = await Promise.all([0, 1, 2, 3, 4].map((index) => rowsOfWindow(5, count, 12, index)))
    expect(reads).toEqual(expected.map((rows) => [...rows]))
  })

  it('tells of a window that cannot be read, when it is needed', async () => {
    let reads = 0
    const readRows = async (rows: ArrayLike<number>) => {
      if (reads++ > 0) throw new UserError('the disk is gone')
      return new Uint8Array(4 * rows.length)
    }
    const feed = openFeed(
      createDevice(inlineEngine()),
      game(),
      { store: { mostHeld: 6, read: readRows }, count },
      null,
      0,
    )
    expect(await feed.ready(0)).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 5))
    await expect(feed.ready(1)).rejects.toThrow('the disk is gone')
  })

  it('refuses what cannot be', () => {
    const data: TrainingData = { store: storeOf(5).store, count }
    const device = createDevice(inlineEngine())
    expect(() => openFeed(device, game(), data, null, 0)).toThrow(
      'A step learns from 6 samples, but at most 5 of this data may be held',
    )
    const fromData = game({ prior: corruptedData({ noise: 1 }) })
    const enough = { store: storeOf(50).store, count }
    expect(() => openFeed(device, fromData, enough, null, 0)).toThrow(
      'The prior corruptedData starts from any of the training samples',
    )
  })
})

describe('training on stored images', () => {
  const start = () =>
    createTrainer(createDevice(inlineEngine()), game(), { store: storeOf(20).store, count }, { seed: 11 })
  const stateOf = ({ device, variables }: Awaited<ReturnType<typeof start>>) =>
    [...variables.values()].map((variable) => read(device, variable))

  it('is the same in steps of any number, and goes on bit for bit from the state of any step', async () => {
    const whole = await start()
    const reports = await whole.train(17)
    expect(reports).toHaveLength(17)
    const parts = await start()
    for (const steps of [1, 4, 1]) await parts.train(steps)
    const state = stateOf(parts)
    await parts.train(11)
    expect(stateOf(parts)).toEqual(stateOf(whole))
    const resumed = await start()
    for (const [index, variable] of [...resumed.variables.values()].entries())
      write(resumed.device, variable, state[index])
    expect(await resumed.train(11)).toEqual(reports.slice(6))
    expect(stateOf(resumed)).toEqual(stateOf(whole))
  })

  it('learns in the first window what it would learn from its samples alone', async () => {
    const rows = await rowsOfWindow(11, count, 18, 0)
    const alone = Uint8Array.from(Array.from(rows).flatMap((row) => [...images.subarray(4 * row, 4 * row + 4)]))
    const held = await createTrainer(createDevice(inlineEngine()), game(), { images: alone, count: 18 }, { seed: 11 })
    const stored = await start()
    expect(await stored.train(3)).toEqual(await held.train(3))
    expect(await stored.train(1)).not.toEqual(await held.train(1))
  })
})

describe('training on points', () => {
  it('takes their numbers as they are, and makes numbers without bounds', async () => {
    const points = Float32Array.from({ length: 2 * count }, (_, at) => at - 50)
    const device = createDevice(inlineEngine())
    const pointGame = mlp.game({ ...mlp.defaults, dataShape: [2], batch: 10, settings: { generator: { units: [8] } } })
    const trainer = await createTrainer(device, pointGame, { points, count })
    const [variable] = device.variables.values()
    expect(read(device, variable)).toEqual(points)
    for (const { finite } of await trainer.train(5)) expect(finite).toBe(1)
    const { variables } = trainer
    const bias = [...variables].findLast(([name]) => /^average\.parameters\.dense\d+\.bias$/.test(name))
    if (bias === undefined) throw new Error('it has no last layer')
    write(device, bias[1], [30, -40])
    const samples = await trainer.sample(8)
    expect(samples).toHaveLength(16)
    expect(samples.every((value, at) => Math.abs(value - (at % 2 === 0 ? 30 : -40)) < 10)).toBe(true)
  })
})
