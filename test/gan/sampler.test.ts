import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { corruptedData } from '../../src/gan/priors.ts'
import { createSampler } from '../../src/gan/sampler.ts'
import { createTrainer } from '../../src/gan/trainer.ts'
import type { Trainer } from '../../src/gan/trainer.ts'
import { recipes } from '../../src/recipes/index.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'

const dataShape = [3, 2, 1] as const
const size = 6
const images = Uint8Array.from({ length: 20 * size }, (_, index) => (index * 53) % 256)
const game = recipes.mlp.game({
  ...recipes.mlp.defaults,
  batch: 4,
  dataShape,
  settings: { latent: 5, generator: { units: [8] }, discriminator: { units: [8] } },
})

let trainer: Trainer
beforeAll(async () => {
  trainer = await createTrainer(createDevice(inlineEngine()), game, { images, count: 20 }, { seed: 3 })
})
afterAll(() => trainer.device.engine.close())

describe('createSampler', () => {
  it('draws each sample alike, whichever others are drawn: across batches, and from the middle on', async () => {
    const sample = createSampler(trainer.device, game, trainer.shown, null)
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
    const sample = createSampler(trainer.device, game, trainer.shown, null)
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
    const sample = createSampler(trainer.device, { ...game, prior: corruptedData({ noise: 1 }) }, trainer.shown, null)
    await expect(sample(1, 0)).rejects.toThrow(UserError)
    await expect(sample(1, 0)).rejects.toThrow('The prior corruptedData starts from training samples; give the data.')
  })
})
