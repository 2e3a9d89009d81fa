import { describe, expect, it } from 'vitest'
import { gameReports } from '../../src/gan/players/report.ts'
import type { Chunk } from '../../src/gan/training/training-loop.ts'
import { epochAt, progressMeter } from '../../src/training/run-progress.ts'
import { planRun } from '../../src/runs/options/run-plan.ts'
import { runOptions } from '../../src/runs/options/run-options.ts'

const reports = gameReports([])
const good = { discriminatorLoss: 1, generatorLoss: 2, realScore: 0.5, fakeScore: 0.25, penalty: 0, finite: 1 }

/** Chunks of `steps` steps that take an eighth of a second each; the generator's loss is the step. */
function chunks(count: number, steps: number): Chunk[] {
  return Array.from({ length: count }, (_, index) => ({
    reports: Array.from({ length: steps }, (__, step) => ({ ...good, generatorLoss: index * steps + step + 1 })),
    step: (index + 1) * steps,
    seconds: 0.125,
    elapsed: (index + 1) * 0.125,
  }))
}

const planOf = (options: object) => planRun(runOptions.parse({ batch: 50, ...options }), { name: 'cats', count: 1000 })

describe('progressMeter', () => {
  it('tells speed, time left and the means of the last second', () => {
    const meter = progressMeter(planOf({ steps: 200 }), reports)
    const last = chunks(25, 4)
      .map((chunk) => meter(chunk))
      .at(-1)
    expect(last).toMatchObject({ step: 100, steps: 200, share: 0.5, epoch: 5 })
    expect(last?.imagesPerSecond).toBeCloseTo(32 * 50)
    expect(last?.secondsLeft).toBeCloseTo(100 / 32)
    // Of 32 steps, 69 to 100.
    expect(last?.scalars.generatorLoss).toBeCloseTo(84.5)
  })

  it('tells the means of ten steps at least where a step takes long', () => {
    const meter = progressMeter(planOf({ steps: 200 }), reports)
    const slow = chunks(30, 1).map((chunk) => ({ ...chunk, seconds: 2 }))
    expect(slow.map((chunk) => meter(chunk)).at(-1)?.scalars.generatorLoss).toBeCloseTo(25.5)
  })

  it('tells the means of what a stage reports over the steps that report it', () => {
    const meter = progressMeter(planOf({ steps: 200 }), reports)
    const [warmUp, game] = chunks(2, 2)
    const own = warmUp.reports.map(({ generatorLoss, finite }) => ({ generatorLoss, l1: 8, finite }))
    meter({ ...warmUp, reports: own })
    expect(meter(game).scalars).toEqual({
      generatorLoss: 2.5,
      l1: 8,
      discriminatorLoss: 1,
      realScore: 0.5,
      fakeScore: 0.25,
      penalty: 0,
    })
    expect(meter(game).reports).toBe(reports)
  })

  it('goes by time where that ends the run sooner', () => {
    const meter = progressMeter(planOf({ steps: 1000, minutes: 0.05 }), reports)
    expect(
      chunks(12, 4)
        .map((chunk) => meter(chunk))
        .at(-1),
    ).toMatchObject({ share: 0.5, secondsLeft: 1.5 })
    const untilStopped = progressMeter(planOf({ minutes: 0.05 }), reports)
    expect(untilStopped(chunks(1, 4)[0])).toMatchObject({ steps: null, secondsLeft: 2.875 })
  })
})

describe('epochAt', () => {
  it('counts from 1, and a whole pass to the epoch that it ends', () => {
    expect([0, 1, 20, 21, 40, 41].map((step) => epochAt(step, 20))).toEqual([1, 1, 1, 2, 2, 3])
    expect([1, 2, 3].map((step) => epochAt(step, 1.5))).toEqual([1, 2, 2])
  })
})
