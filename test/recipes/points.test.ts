import { describe, expect, it } from 'vitest'
import { drawToy } from '../../src/data/toys.ts'
import { objectiveNames, objectives } from '../../src/gan/losses/objectives.ts'
import { createTrainer } from '../../src/gan/training/trainer.ts'
import { pointModes } from '../../src/metrics/modes.ts'
import { points } from '../../src/recipes/points.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { countOf, shapesOf } from './small.ts'

const dataShape = [2] as const

describe('the recipe points', () => {
  it('finds all modes of a ring within a thousand steps, and hardly leaves them', async () => {
    const source = drawToy('ring', 'train')
    const { modes: real } = source
    if (real === null) throw new Error('a ring has modes')
    const game = points.game({ ...points.defaults, dataShape })
    const trainer = await createTrainer(createDevice(inlineEngine()), game, source, { seed: 1 })
    const find = async () => {
      const count = 2000
      return pointModes({ values: await trainer.sample(count), count, size: 2 }, real)
    }
    expect((await find()).near).toBeLessThan(0.05)
    await trainer.train(1000)
    const { modes, covered, near, divergence } = await find()
    expect({ modes, covered }).toEqual({ modes: 8, covered: 8 })
    expect(near).toBeGreaterThan(0.9)
    expect(divergence).toBeLessThan(0.1)
  }, 20_000)

  it('has small players: waves of both coordinates go in, one logit comes out', () => {
    const game = points.game({ ...points.defaults, dataShape }).settings
    expect(Object.values(shapesOf(game, 'generator')).filter(({ length }) => length === 2)).toEqual([
      [2, 64],
      [64, 64],
      [64, 64],
      [64, 64],
      [64, 64],
      [64, 2],
    ])
    expect(shapesOf(game, 'discriminator')['dense1.weight']).toEqual([32, 64])
    expect(countOf(game, 'discriminator')).toBe(33 * 64 + 2 * 65 * 64 + 65)
  })

  it.each(objectiveNames)('plays %s where it is told to', (objective) => {
    const game = points.game({ ...points.defaults, dataShape, settings: { objective } }).settings
    expect(game.objective).toBe(objectives[objective])
    expect(game.penalties.map(({ name }) => name)).toEqual(['r1', 'r2'])
  })

  it('knows no other objective, and no images', () => {
    const refused = (make: () => unknown, sentence: string) => {
      expect(make).toThrow(UserError)
      expect(make).toThrow(sentence)
    }
    const settings: object = { objective: 'hinges' }
    refused(
      () => points.game({ ...points.defaults, dataShape, settings }),
      'game.objective takes one of minimax, nonSaturating, leastSquares, wasserstein, hinge, relativisticPaired, relativisticAverage, dualContrastive, not "hinges".',
    )
    refused(
      () => points.game({ ...points.defaults, dataShape: [28, 28, 1] }),
      'The recipe points learns points in the plane, not images of 28 x 28 x 1; take the recipe mlp for them.',
    )
  })
})
