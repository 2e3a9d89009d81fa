import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { trainInChunks } from '../../../src/gan/training/training-loop.ts'
import type { LoopOptions } from '../../../src/gan/training/training-loop.ts'

const never = new AbortController().signal
const beginning = { step: 0, seconds: 0 }
const report = { discriminatorLoss: 1, generatorLoss: 1, realScore: 0.5, fakeScore: 0.5, penalty: 0, finite: 1 }

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Steps of so many milliseconds; the first takes 200 more. */
const trainer = (milliseconds: number) => {
  let warm = false
  return {
    async train(steps: number) {
      vi.advanceTimersByTime(steps * milliseconds + (warm ? 0 : 200))
      warm = true
      return Array.from({ length: steps }, () => report)
    },
  }
}

/** The number of steps after every chunk. */
async function stepsOf(milliseconds: number, options: Partial<LoopOptions>): Promise<number[]> {
  const steps: number[] = []
  const all = {
    start: beginning,
    steps: null,
    seconds: null,
    stopAt: [],
    signal: new AbortController().signal,
    ...options,
  }
  for await (const chunk of trainInChunks(trainer(milliseconds), all)) {
    steps.push(chunk.step)
    expect(chunk.reports).toHaveLength(chunk.step - (steps.at(-2) ?? 0))
  }
  return steps
}

describe('trainInChunks', () => {
  it('lengthens its chunks to a tenth of a second, at most twofold each time', async () => {
    expect(await stepsOf(10, { steps: 45 })).toEqual([1, 2, 4, 8, 16, 26, 36, 45])
    expect(await stepsOf(60, { steps: 7 })).toEqual([1, 2, 4, 6, 7])
    expect(await stepsOf(500, { steps: 3 })).toEqual([1, 2, 3])
  })

  it('ends chunks where it is asked to stop', async () => {
    const steps = await stepsOf(10, { steps: 60, stopAt: [25, 20] })
    expect(steps).toEqual(expect.arrayContaining([20, 25, 40, 50, 60]))
  })

  it('ends at the time limit, the time between chunks counted in', async () => {
    const steps: number[] = []
    const options = { start: beginning, steps: null, seconds: 2, stopAt: [], signal: new AbortController().signal }
    const begin = performance.now()
    for await (const chunk of trainInChunks(trainer(10), options)) {
      steps.push(chunk.step)
      vi.advanceTimersByTime(100)
    }
    expect(performance.now() - begin).toBeGreaterThanOrEqual(2000)
    expect(performance.now() - begin).toBeLessThan(2200)
    expect(steps.at(-1)).toBeLessThan(100)
  })

  it('goes on where it was, and counts steps and time from there', async () => {
    const start = { step: 90, seconds: 100 }
    const steps: number[] = []
    for await (const chunk of trainInChunks(trainer(10), {
      start,
      steps: 100,
      seconds: null,
      stopAt: [95],
      signal: never,
    })) {
      steps.push(chunk.step)
      expect(chunk.elapsed).toBeGreaterThan(100)
      expect(chunk.elapsed).toBeLessThan(101)
    }
    expect(steps).toEqual([91, 92, 94, 95, 100])
    const over = trainInChunks(trainer(10), { start, steps: null, seconds: 100, stopAt: [], signal: never })
    expect(await over.next()).toEqual({ done: true, value: undefined })
  })

  it('ends after the chunk in which the signal comes', async () => {
    const controller = new AbortController()
    const options = { start: beginning, steps: 1000, seconds: null, stopAt: [], signal: controller.signal }
    const steps: number[] = []
    for await (const { step } of trainInChunks(trainer(10), options)) {
      steps.push(step)
      if (step > 10) controller.abort()
    }
    expect(steps).toEqual([1, 2, 4, 8, 16])
  })
})
