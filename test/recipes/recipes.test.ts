import { describe, expect, it } from 'vitest'
import { createTrainer } from '../../src/gan/trainer.ts'
import { recipeNamed, recipes } from '../../src/recipes/index.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'

describe.each(Object.values(recipes))('the recipe $name', (recipe) => {
  it('goes by its name', () => {
    expect(recipeNamed(recipe.name)).toBe(recipe)
  })

  it.each([
    ['grey', [8, 6, 1]],
    ['color', [5, 7, 3]],
  ] as const)('trains on images of any size, in %s', async (_what, dataShape) => {
    const size = dataShape[0] * dataShape[1] * dataShape[2]
    const data = { images: Uint8Array.from({ length: 8 * size }, (_, index) => (index * 41) % 256), count: 8 }
    const game = recipe.game({ ...recipe.defaults, batch: 4, dataShape })
    const device = createDevice(inlineEngine(), { strict: true })
    const trainer = await createTrainer(device, game, data, { seed: 1 })
    const before = await trainer.sample(2)
    const reports = await trainer.train(3)
    expect(reports.map(({ finite }) => finite)).toEqual([1, 1, 1])
    const after = await trainer.sample(2)
    expect(after).toHaveLength(2 * size)
    expect(after).not.toEqual(before)
    const [low, high] = game.dataRange === 'signed' ? [-1, 1] : [0, 1]
    expect(after.every((value) => value >= low && value <= high)).toBe(true)
  })
})

describe('recipeNamed', () => {
  it('names the nearest recipe, and all there are', () => {
    expect(() => recipeNamed('mlpp')).toThrow(UserError)
    expect(() => recipeNamed('mlpp')).toThrow('Unknown recipe "mlpp"; did you mean "mlp"? Known are mlp')
    expect(() => recipeNamed('toString')).toThrow('Unknown recipe "toString". Known are mlp')
  })
})
