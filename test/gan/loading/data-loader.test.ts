import { describe, expect, it } from 'vitest'
import { openLoader, rowsOfShard } from '../../../src/gan/loading/data-loader.ts'
import { exampleTable } from '../../../src/gan/loading/example-table.ts'
import type { TrainingData } from '../../../src/gan/loading/example-table.ts'
import type { FieldReader } from '../../../src/data/field-columns.ts'
import { corruptedData } from '../../../src/gan/priors/priors.ts'
import type { Term } from '../../../src/gan/losses/term.ts'
import { createTrainer } from '../../../src/gan/training/trainer.ts'
import type { TwoPlayerSettings } from '../../../src/gan/players/two-player.ts'
import { twoPlayerGame } from '../../../src/gan/players/two-player-game.ts'
import type { TwoPlayerGame } from '../../../src/gan/players/two-player-game.ts'
import { mlp } from '../../../src/recipes/mlp.ts'
import { createDevice, read, write } from '../../../src/runtime/device.ts'
import type { Device } from '../../../src/runtime/device.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { numberField, wordsField } from '../../../src/tensor/fields.ts'
import { add, cast, mean, mul, reshape, sub } from '../../../src/tensor/operations/index.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { inlineEngine } from '../../../src/wasm/engine.ts'

const count = 50
const images = Uint8Array.from({ length: count * 4 }, (_, at) => (at * 89) % 256)

const game = (changes: Partial<TwoPlayerSettings> = {}): TwoPlayerGame => {
  const { settings } = mlp.game({
    dataShape: [2, 2, 1],
    batch: 3,
    learningRate: 1e-3,
    discriminatorSteps: 2,
    settings: { latent: 4, generator: { units: [8] }, discriminator: { units: [8] } },
  })
  return twoPlayerGame({ ...settings, ...changes })
}

const open = (device: Device, played: TwoPlayerGame, data: TrainingData, seed: number) =>
  openLoader(device, played, exampleTable(played, data), seed)

/** What is in the memory for a tensor. */
function heldBy(device: Device, tensor: Tensor): number[] {
  const variable = device.variables.get(tensor)
  if (variable === undefined) throw new Error('it is not on the device')
  return [...read(device, variable)]
}

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

describe('the examples of a shard', () => {
  it('are those of one epoch after the other, each in an order of its own', async () => {
    const shards = await Promise.all(Array.from({ length: 25 }, (_, index) => rowsOfShard(7, count, 6, index)))
    const all = shards.flatMap((rows) => [...rows])
    for (const rows of shards) expect([...rows]).toEqual([...rows].toSorted((a, b) => a - b))
    // 25 shards of 6 are three epochs of 50.
    const tally = Array<number>(count).fill(0)
    for (const row of all) tally[row]++
    expect(new Set(tally)).toEqual(new Set([3]))
    expect([...(await rowsOfShard(7, count, 6, 3))]).toEqual([...shards[3]])
    expect([...(await rowsOfShard(8, count, 6, 3))]).not.toEqual([...shards[3]])
    expect([...(await rowsOfShard(7, count, 50, 0))]).toEqual(Array.from({ length: 50 }, (_, row) => row))
  })
})

describe('a loader of stored images', () => {
  const openStore = (mostHeld: number, labels: readonly number[] | null = null) => {
    const device = createDevice(inlineEngine())
    const { store, reads } = storeOf(mostHeld)
    const played = labels === null ? game() : game({ condition: { classes: 7 } })
    return { device, reads, loader: open(device, played, { store, count, labels }, 5) }
  }

  it('holds whole steps, as many as it may, and their classes', async () => {
    const labels = Array.from({ length: count }, (_, row) => row % 7)
    const { device, loader } = openStore(20, labels)
    // 3 steps of 2 x 3 samples.
    expect(loader.columns.image.shape).toEqual([18, 2, 2, 1])
    expect(await loader.ready(0)).toBe(3)
    expect(await loader.ready(4)).toBe(2)
    const rows = await rowsOfShard(5, count, 18, 1)
    expect(heldBy(device, loader.columns.image)).toEqual(
      Array.from(rows).flatMap((row) => [...images.subarray(4 * row, 4 * row + 4)]),
    )
    expect(heldBy(device, loader.columns.class)).toEqual(Array.from(rows, (row) => labels[row]))
  })

  it('reads each shard once, the next one ahead of time', async () => {
    const { loader, reads } = openStore(12)
    await loader.ready(0)
    await loader.ready(1)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(reads).toHaveLength(2)
    for (let step = 2; step < 8; step++) await loader.ready(step)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(reads).toHaveLength(5)
    const expected = await Promise.all([0, 1, 2, 3, 4].map((index) => rowsOfShard(5, count, 12, index)))
    expect(reads).toEqual(expected.map((rows) => [...rows]))
  })

  it('tells of a shard that cannot be read, when it is needed', async () => {
    let reads = 0
    const readRows = async (rows: ArrayLike<number>) => {
      if (reads++ > 0) throw new UserError('the disk is gone')
      return new Uint8Array(4 * rows.length)
    }
    const loader = open(createDevice(inlineEngine()), game(), { store: { mostHeld: 6, read: readRows }, count }, 0)
    expect(await loader.ready(0)).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 5))
    await expect(loader.ready(1)).rejects.toThrow('the disk is gone')
  })

  it('refuses what cannot be', () => {
    const data: TrainingData = { store: storeOf(5).store, count }
    const device = createDevice(inlineEngine())
    expect(() => open(device, game(), data, 0)).toThrow(
      'A step learns from 6 samples, but at most 5 of this data may be held',
    )
    const fromData = game({ prior: corruptedData({ noise: 1 }) })
    const enough = { store: storeOf(50).store, count }
    expect(() => open(device, fromData, enough, 0)).toThrow(
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

  it('learns in the first shard what it would learn from its samples alone', async () => {
    const rows = await rowsOfShard(11, count, 18, 0)
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

describe('training on records of several fields', () => {
  /** Pictures of bytes, floats, classes and words, which all tell the example's number in their own way. */
  const fieldsOf = (rows: ArrayLike<number>) => {
    const all = Array.from(rows)
    return {
      image: Uint8Array.from(all.flatMap((row) => [row, 255 - row, (row * 7) % 256, (row * 3) % 256])),
      offset: Float32Array.from(all.flatMap((row) => [row / 8, -row])),
      class: Int32Array.from(all, (row) => row % 7),
      words: all.flatMap((row) => [row % 9, (row + 1) % 9, (row * row) % 9]),
    }
  }
  type Name = keyof ReturnType<typeof fieldsOf>
  const reads: Record<string, number[][]> = { image: [], offset: [], words: [] }
  const reading =
    (name: Name): FieldReader =>
    async (rows) => {
      reads[name].push(Array.from(rows))
      // One field may take longer than another.
      await new Promise((resolve) => setTimeout(resolve, name === 'offset' ? 3 : 0))
      return fieldsOf(rows)[name]
    }
  /** Of the classes, all are held; the rest is read. */
  const streamed: TrainingData = {
    count,
    mostHeld: 20,
    fields: {
      image: reading('image'),
      offset: reading('offset'),
      words: reading('words'),
      class: fieldsOf(Array.from({ length: count }, (_, row) => row)).class,
    },
  }
  const held = (rows: ArrayLike<number>): TrainingData => ({ count: rows.length, fields: fieldsOf(rows) })
  /** A loss that all of the fields decide. */
  const reader: Term = {
    name: 'reads',
    weight: 0.01,
    loss: ({ example, fake }) => {
      const told = [example.offset, cast(example.words, 'f32'), cast(example.class, 'f32'), example.image]
      const levels = told.map((field) => mean(reshape(field, [3, -1]), { axes: [1] }))
      const made = mean(reshape(fake.values, [3, -1]), { axes: [1] })
      return mean(mul(sub(made, levels.reduce(add)), sub(made, levels.reduce(add))))
    },
  }
  const recordGame = game({
    condition: { classes: 7 },
    given: { offset: numberField([2]), words: wordsField(3, 9) },
    terms: { generator: [reader] },
  })
  const start = (data: TrainingData) =>
    createTrainer(createDevice(inlineEngine(), { strict: true }), recordGame, data, { seed: 11 })
  const stateOf = ({ device, variables }: Awaited<ReturnType<typeof start>>) =>
    [...variables.values()].map((variable) => read(device, variable))

  it('puts all fields of the same examples in place, each as it is stored', async () => {
    const device = createDevice(inlineEngine())
    const { columns, ready } = openLoader(device, recordGame, exampleTable(recordGame, streamed), 5)
    expect(Object.entries(columns).map(([name, { shape, dtype }]) => [name, shape, dtype])).toEqual([
      ['image', [18, 2, 2, 1], 'u8'],
      ['class', [18], 'i32'],
      ['offset', [18, 2], 'f32'],
      ['words', [18, 3], 'i32'],
    ])
    for (const step of [0, 4, 100]) {
      await ready(step)
      const rows = await rowsOfShard(5, count, 18, Math.floor(step / 3))
      for (const [name, values] of Object.entries(fieldsOf(rows))) {
        expect(heldBy(device, columns[name]), `${name} of step ${step}`).toEqual(Array.from(values))
      }
    }
    // All fields of the same shards, in the same order.
    expect(reads.image.length).toBeGreaterThan(2)
    expect(reads.offset).toEqual(reads.image)
    expect(reads.words).toEqual(reads.image)
  })

  it('learns in a shard what it would learn from its examples alone', async () => {
    const alone = await start(held(await rowsOfShard(11, count, 18, 0)))
    const whole = await start(streamed)
    const reports = await alone.train(3)
    expect(await whole.train(3)).toEqual(reports)
    expect(reports.every(({ finite }) => finite === 1)).toBe(true)
    expect(new Set(reports.map((report) => report.reads)).size).toBe(3)
    expect(await whole.train(1)).not.toEqual(await alone.train(1))
  })

  it('is the same in steps of any number', async () => {
    const [whole, parts] = [await start(streamed), await start(streamed)]
    const reports = await whole.train(11)
    const some = [await parts.train(2), await parts.train(5), await parts.train(4)]
    expect(some.flat()).toEqual(reports)
    expect(stateOf(parts)).toEqual(stateOf(whole))
  })

  it('tells of numbers that do not fit, when they are needed', async () => {
    const short: TrainingData = { ...streamed, fields: { ...streamed.fields, offset: async () => [1, 2, 3] } }
    await expect((await start(short)).train(1)).rejects.toThrow(
      '18 examples have 36 numbers of the field offset, but 3 were read.',
    )
  })
})
