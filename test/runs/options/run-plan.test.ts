import { describe, expect, it } from 'vitest'
import { mlp } from '../../../src/recipes/mlp.ts'
import { runOptions } from '../../../src/runs/options/run-options.ts'
import { planRun } from '../../../src/runs/options/run-plan.ts'
import { UserError } from '../../../src/tensor/errors.ts'

const source = { name: 'cats', count: 1000 }
const plan = (options: object) => planRun(runOptions.parse(options), source)

describe('planRun', () => {
  it('takes from the recipe what is not told', () => {
    const { batch, learningRate, steps, minutes } = mlp.defaults
    expect(plan({})).toMatchObject({ recipe: mlp, batch, learningRate, limits: { steps, seconds: 60 * minutes } })
  })

  it.each([
    ['steps alone', { steps: 20_000 }, { steps: 20_000, seconds: null }],
    ['minutes alone', { minutes: 10 }, { steps: null, seconds: 600 }],
    ['both', { steps: 20_000, minutes: 0.5 }, { steps: 20_000, seconds: 30 }],
    ['epochs, of whole batches', { epochs: 3, batch: 300 }, { steps: 9, seconds: null }],
    ['a part of an epoch, rounded up', { epochs: 0.5, batch: 300 }, { steps: 2, seconds: null }],
    ['the sooner of steps and epochs', { steps: 5, epochs: 3, batch: 300 }, { steps: 5, seconds: null }],
    ['the sooner of epochs and steps', { steps: 50, epochs: 3, batch: 300 }, { steps: 9, seconds: null }],
  ])('ends where it is told to: %s', (_what, options, limits) => {
    expect(plan(options).limits).toEqual(limits)
  })

  it('counts a batch that fills the data as an epoch, and refuses a larger one', () => {
    expect(plan({ batch: 1000 }).stepsPerEpoch).toBe(1)
    expect(() => plan({ batch: 1001 })).toThrow(UserError)
    expect(() => plan({ batch: 1001 })).toThrow('A batch of 1001 is more than the 1000 images of cats')
  })
})
