import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { isImageShape } from '../../src/data/source.ts'
import { objectiveNames } from '../../src/gan/losses/objectives.ts'
import { recipeNamed } from '../../src/recipes/index.ts'
import { exportGenerator } from '../../src/runs/samples/export-generator.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { read, write } from '../../src/runtime/device.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { constant, literal } from '../../src/tensor/operations/index.ts'
import { sizeOf } from '../../src/tensor/shape.ts'
import type { Shape } from '../../src/tensor/tensor.ts'
import { sampledLatents } from '../gan/players/oracle.ts'
import { expectClose } from '../onnx/onnx-runtime.ts'
import { all, classes, smallGame, train } from './small.ts'

/** Shapes of samples that a recipe takes: of images the first in grey, the second in color. */
const anySize = [
  [8, 6, 1],
  [5, 7, 3],
] as const
const byDoubling = [
  [28, 28, 1],
  [16, 32, 3],
] as const
const inThePlane = [[2], [2]] as const
const shapesOf = (name: string): readonly [Shape, Shape] => {
  if (name === 'points') return inThePlane
  return ['mlp', 'conditional', 'paper'].includes(name) ? anySize : byDoubling
}

describe.each(all)('the recipe $name', (recipe) => {
  it('goes by its name', () => {
    expect(recipeNamed(recipe.name)).toBe(recipe)
  })

  it.each(shapesOf(recipe.name).map((dataShape) => ({ dataShape })))(
    'trains on samples of $dataShape',
    async ({ dataShape }) => {
      const game = smallGame(recipe, dataShape)
      const trainer = await train(game, 24)
      const before = await trainer.sample(2)
      const reports = await trainer.train(3)
      expect(reports.map(({ finite }) => finite)).toEqual([1, 1, 1])
      const after = await trainer.sample(2)
      expect(after).toHaveLength(2 * sizeOf(dataShape))
      expect(after).not.toEqual(before)
      if (isImageShape(dataShape)) {
        const [low, high] = game.dataRange === 'signed' ? [-1, 1] : [0, 1]
        expect(after.every((value) => value >= low && value <= high)).toBe(true)
      }
      const fresh = await train(game, 24)
      for (const [name, variable] of trainer.variables) {
        if (!/^(generator|discriminator)\.parameters\..*weight$/.test(name)) continue
        const start = fresh.variables.get(name)
        expect(start && read(fresh.device, start), name).not.toEqual(read(trainer.device, variable))
      }
    },
  )

  it('exports a generator that draws what the engine draws', async () => {
    const dataShape = shapesOf(recipe.name)[1]
    const game = smallGame(recipe, dataShape)
    const trainer = await train(game, 24)
    await trainer.train(5)
    const count = 4
    const source = { seed: literal([7, 0], [2], 'i32'), step: constant(0, 'i32') }
    const [latents] = interpret([sampledLatents(game.prior, count, source)], new Map())
    const session = await InferenceSession.create(exportGenerator(trainer))
    const label = new OrtTensor(
      'int64',
      BigInt64Array.from({ length: count }, (_, index) => BigInt(index % classes)),
      [count],
    )
    const { images, points } = await session.run({
      z: new OrtTensor('float32', Float32Array.from(latents), [count, 5]),
      ...(game.condition ? { label } : {}),
    })
    await session.release()
    const drawn = await trainer.sample(count, 7)
    expect(Math.max(...drawn) - Math.min(...drawn), 'pictures, not one grey').toBeGreaterThan(1e-3)
    if (!isImageShape(dataShape)) {
      expect(points.dims).toEqual([count, ...dataShape])
      expectClose(Array.from(points.data, Number), [...drawn], 1e-4)
      return
    }
    const [height, width, channels] = dataShape
    expect(images.dims).toEqual([count, channels, height, width])
    // The engine's, with channels in front as in ONNX.
    const expected = Array.from(drawn, (_, index) => {
      const [pixel, plane] = [index % (height * width), Math.floor(index / (height * width))]
      return drawn[(Math.floor(plane / channels) * height * width + pixel) * channels + (plane % channels)]
    })
    expectClose(Array.from(images.data, Number), expected, 1e-4)
  })

  it('goes on from a copy of its state to the same bytes', async () => {
    const game = smallGame(recipe, shapesOf(recipe.name)[0])
    const [straight, cut] = [await train(game, 24), await train(game, 24)]
    await straight.train(2)
    for (const [name, variable] of cut.variables) {
      const there = straight.variables.get(name)
      if (there) write(cut.device, variable, read(straight.device, there))
    }
    const reports = await straight.train(2)
    expect(await cut.train(2)).toEqual(reports)
    for (const [name, variable] of cut.variables) {
      const there = straight.variables.get(name)
      expect(there && read(straight.device, there), name).toEqual(read(cut.device, variable))
    }
  })
})

describe('what a setting makes of a recipe', () => {
  it.each([
    ['conditional', { condition: 'concatenation' }],
    ['conditional', { condition: 'classifier', gamma: 0 }],
    ['dcgan', { batchNorm: false, average: { decay: 0.9 } }],
    ['r3gan', { width: 16, blocks: 2 }],
    ...objectiveNames.map((objective) => ['points', { objective, gamma: 0 }] as const),
  ] as const)('trains: %s with %j', async (name, settings) => {
    const dataShape = name === 'points' ? [2] : [16, 16, 1]
    const trainer = await train(smallGame(recipeNamed(name), dataShape, settings), 24)
    const reports = await trainer.train(2)
    expect(reports.map(({ finite }) => finite)).toEqual([1, 1])
    expect(reports[0].discriminatorLoss).not.toBe(reports[1].discriminatorLoss)
  })
})

describe('recipeNamed', () => {
  it('names the nearest recipe, and all there are', () => {
    expect(() => recipeNamed('mlpp')).toThrow(UserError)
    expect(() => recipeNamed('mlpp')).toThrow(
      'Unknown recipe "mlpp"; did you mean "mlp"? Known are mlp, points, conditional, ',
    )
    expect(() => recipeNamed('toString')).toThrow('Unknown recipe "toString". Known are mlp')
  })
})
