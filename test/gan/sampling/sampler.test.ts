import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exampleTable } from '../../../src/gan/loading/example-table.ts'
import type { TrainingData } from '../../../src/gan/loading/example-table.ts'
import type { FieldReader } from '../../../src/data/field-columns.ts'
import { corruptedData, fieldPrior, normalPrior } from '../../../src/gan/priors/priors.ts'
import { createSampler } from '../../../src/gan/sampling/sampler.ts'
import type { Sampler } from '../../../src/gan/sampling/sampler.ts'
import { createTrainer } from '../../../src/gan/training/trainer.ts'
import type { Trainer } from '../../../src/gan/training/trainer.ts'
import type { TwoPlayerSettings, TwoPlayerState } from '../../../src/gan/players/two-player.ts'
import { twoPlayerGame } from '../../../src/gan/players/two-player-game.ts'
import { recipes } from '../../../src/recipes/index.ts'
import { createDevice } from '../../../src/runtime/device.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { imageField, numberField } from '../../../src/tensor/fields.ts'
import { add, randomNormal, reshape, sub } from '../../../src/tensor/operations/index.ts'
import { inlineEngine } from '../../../src/wasm/engine.ts'
import { noState, pointLayer, pointSettings } from '../players/point-game.ts'

const dataShape = [3, 2, 1] as const
const size = 6
const images = Uint8Array.from({ length: 20 * size }, (_, index) => (index * 53) % 256)
const game = recipes.mlp.game({
  ...recipes.mlp.defaults,
  batch: 4,
  dataShape,
  settings: { latent: 5, generator: { units: [8] }, discriminator: { units: [8] } },
})

let trainer: Trainer<TwoPlayerState>
beforeAll(async () => {
  trainer = await createTrainer(createDevice(inlineEngine()), game, { images, count: 20 }, { seed: 3 })
})
afterAll(() => trainer.device.engine.close())

describe('createSampler', () => {
  it('draws each sample alike, whichever others are drawn: across batches, and from the middle on', async () => {
    const { sample } = createSampler(trainer.device, game, trainer.state)
    const all = await sample(200, 7)
    expect(all).toHaveLength(200 * size)
    for (const [count, first] of [
      [1, 0],
      [64, 0],
      [65, 0],
      [1, 199],
      [70, 60],
      [64, 64],
      [3, 126],
    ]) {
      expect(await sample(count, 7, { first }), `${count} from ${first}`).toEqual(
        all.subarray(first * size, (first + count) * size),
      )
    }
    expect(await trainer.sample(200, 7)).toEqual(all)
    const rows = new Set(
      Array.from({ length: 200 }, (_, index) => all.subarray(index * size, (index + 1) * size).join()),
    )
    expect(rows.size, 'no two samples are alike').toBe(200)
  })

  it('serves several who ask at the same time', async () => {
    const { sample } = createSampler(trainer.device, game, trainer.state)
    const seeds = [1, 2, 3]
    const together = await Promise.all(seeds.map((seed) => sample(3, seed)))
    for (const [index, seed] of seeds.entries()) expect(together[index]).toEqual(await sample(3, seed))
  })

  it('draws others for other seeds, also where seeds differ beyond 32 bits', async () => {
    const [one, other, far] = [
      await trainer.sample(1, 1),
      await trainer.sample(1, 2),
      await trainer.sample(1, 1 + 2 ** 32),
    ]
    expect(other).not.toEqual(one)
    expect(far).not.toEqual(one)
  })

  it('refuses a prior that starts from data, without data', async () => {
    const fromData = twoPlayerGame({ ...game.settings, prior: corruptedData({ noise: 1 }) })
    const { sample } = createSampler(trainer.device, fromData, trainer.state)
    await expect(sample(1, 0)).rejects.toThrow(UserError)
    await expect(sample(1, 0)).rejects.toThrow('The prior corruptedData starts from training samples; give the data.')
  })
})

/** A sampler of players without variables. */
function samplerOf(changes: Partial<TwoPlayerSettings>, data: TrainingData | null = null): Sampler {
  const played = twoPlayerGame(pointSettings({ prior: normalPrior(2), ...changes }))
  const table = data && exampleTable(played, data)
  return createSampler(createDevice(inlineEngine()), played, noState, { table })
}

/** Samples are their latents. */
const same = pointLayer((z) => z)

describe('latents', () => {
  it('are those that samples are made from', async () => {
    const { sample, latents, latentShape } = samplerOf({ generator: same })
    expect(latentShape).toEqual([2])
    const drawn = await latents(150, 3)
    expect(await sample(150, 3)).toEqual(drawn)
    expect(await latents(70, 3, { first: 50 })).toEqual(drawn.subarray(100, 240))
  })

  it('can be given, wherever a sample stands', async () => {
    const { sample } = samplerOf({ generator: same })
    const given = Float32Array.from({ length: 140 }, (_, at) => at / 7)
    expect(await sample(70, 3, { latents: given })).toEqual(given)
    expect(await sample(70, 3, { first: 37, latents: given })).toEqual(given)
  })

  it('make the same samples when they are given back', async () => {
    const latents = await trainer.sampler.latents(100, 7)
    expect(latents).toHaveLength(5 * 100)
    expect(await trainer.sample(100, 7, { latents })).toEqual(await trainer.sample(100, 7))
    expect(await trainer.sample(30, 8, { latents: latents.subarray(350) })).toEqual(
      await trainer.sample(30, 7, { first: 70 }),
    )
  })

  it('come nearer to their middle by truncation', async () => {
    const { sample, latents } = samplerOf({ generator: same })
    const whole = await latents(80, 5)
    const half = whole.map((value) => 0.5 * value)
    expect(await latents(80, 5, { truncation: 0.5 })).toEqual(half)
    expect(await sample(80, 5, { truncation: 0.5 })).toEqual(half)
    expect(await sample(80, 5, { truncation: 1 })).toEqual(whole)
  })

  it('are refused where they do not fit', async () => {
    const { sample } = samplerOf({ generator: same })
    await expect(sample(3, 0, { latents: new Float32Array(5) })).rejects.toThrow(
      '3 samples need 3 latents of 2 numbers; 5 numbers are given.',
    )
    for (const truncation of [0, -1, 1.5, NaN]) {
      await expect(sample(3, 0, { truncation })).rejects.toThrow(
        `Latents cannot be truncated by ${truncation}; give a number above 0, up to 1.`,
      )
    }
  })

  it('are none of a game without a prior', async () => {
    const { generation, ...others } = twoPlayerGame(
      pointSettings({ given: { source: numberField([2]) }, generator: same }),
    )
    const translating: typeof generation = {
      ...generation,
      prior: null,
      generate: (_state, _latents, { source }) => source,
    }
    const { sample, latentShape } = createSampler(
      createDevice(inlineEngine()),
      { ...others, generation: translating },
      noState,
    )
    expect(latentShape).toBeNull()
    const given = { source: Float32Array.of(1, 2, 3, 4) }
    expect(await sample(2, 0, { given })).toEqual(given.source)
    await expect(sample(2, 0, { given, latents: new Float32Array(4) })).rejects.toThrow(
      'This generator takes no latents; leave them out.',
    )
  })
})

describe('the fields that samples are made from', () => {
  const count = 90
  const point = new Float32Array(2 * count)
  const source = Float32Array.from({ length: 2 * count }, (_, at) => (at % 2 === 0 ? at / 2 : -at / 2))
  const held = { count, fields: { point, source } }
  const given = { source: numberField([2]) }
  const copying = { given, generator: pointLayer((_z, mode) => mode.given.source) }

  it('come of the data: every example once before any comes again', async () => {
    const samples = await samplerOf(copying, held).sample(3 * count, 4)
    const rows = Array.from({ length: 3 * count }, (_, at) => samples[2 * at])
    for (const pass of [0, 1, 2]) {
      const some = rows.slice(pass * count, (pass + 1) * count)
      expect(some.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, row) => row))
    }
    expect(rows.slice(0, count)).not.toEqual(rows.slice(count, 2 * count))
    expect(await samplerOf(copying, held).sample(100, 4, { first: 70 })).toEqual(samples.subarray(140, 340))
    expect(await samplerOf(copying, held).sample(count, 5)).not.toEqual(samples.subarray(0, 2 * count))
  })

  it('are of one example, in latents and beside them', async () => {
    const { sample, latents } = samplerOf(
      { given, prior: fieldPrior('source'), generator: pointLayer((z, mode) => sub(z, mode.given.source)) },
      held,
    )
    expect(await sample(130, 4)).toEqual(new Float32Array(260))
    expect(await latents(130, 4)).toEqual(await samplerOf(copying, held).sample(130, 4))
  })

  it('are read in ascending order, whatever the order of samples', async () => {
    const asked: number[][] = []
    const read: FieldReader = async (rows) => {
      asked.push(Array.from(rows))
      return Float32Array.from(Array.from(rows).flatMap((row) => [...source.subarray(2 * row, 2 * row + 2)]))
    }
    const { sample } = samplerOf(copying, { count, fields: { point, source: read } })
    expect(await sample(130, 4)).toEqual(await samplerOf(copying, held).sample(130, 4))
    expect(asked.length).toBeGreaterThan(0)
    for (const rows of asked) expect(rows).toEqual(rows.toSorted((a, b) => a - b))
  })

  it('can be given, one after the other, where bytes are numbers of their range', async () => {
    const own = Float32Array.from({ length: 140 }, (_, at) => at / 3)
    expect(await samplerOf(copying).sample(70, 4, { first: 50, given: { source: own } })).toEqual(own)
    const pictures = samplerOf({
      given: { picture: imageField([1, 2, 1], 'unit') },
      generator: pointLayer((z, mode) => reshape(mode.given.picture, z.shape)),
    })
    expect(await pictures.sample(2, 0, { given: { picture: Uint8Array.of(0, 51, 102, 255) } })).toEqual(
      Float32Array.of(0, 0.2, 0.4, 1),
    )
  })

  it('are refused where they do not fit, and asked for where there is no data', async () => {
    const { sample } = samplerOf(copying)
    await expect(sample(3, 0, { given: { source: new Float32Array(5) } })).rejects.toThrow(
      '3 samples need 6 numbers of the field source; 5 are given.',
    )
    await expect(sample(3, 0)).rejects.toThrow(UserError)
    await expect(sample(3, 0)).rejects.toThrow(
      'Samples of this game are made from the field source of an example; give some, or the data.',
    )
  })
})

describe('random numbers in use', () => {
  const noisy = samplerOf({
    generator: pointLayer((z, { random }) => add(z, randomNormal(random.source, random.stream(), z.shape))),
  })
  /** What is added to the latents. */
  const noiseOf = async (count: number, seed: number, first = 0) =>
    await noisy.sample(count, seed, { first, latents: new Float32Array(2 * count) })

  it('are the same for a sample of a seed, whichever others are drawn and whatever its latent', async () => {
    const all = await noisy.sample(200, 7)
    expect(await noisy.sample(200, 7)).toEqual(all)
    for (const [count, first] of [
      [1, 199],
      [70, 60],
      [3, 126],
    ]) {
      expect(await noisy.sample(count, 7, { first })).toEqual(all.subarray(2 * first, 2 * (first + count)))
    }
    const [noise, latents] = [await noiseOf(200, 7), await noisy.latents(200, 7)]
    all.forEach((value, at) => expect(value).toBeCloseTo(latents[at] + noise[at], 5))
  })

  it('differ from sample to sample, from seed to seed, and from the latents', async () => {
    const noise = await noiseOf(200, 7)
    expect(new Set(noise).size).toBe(400)
    expect(await noiseOf(200, 8)).not.toEqual(noise)
    expect(noise).not.toEqual(await noisy.latents(200, 7))
  })
})
