import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeProgress, usualRule } from '../../../src/gan/training/stop-rule.ts'
import type { Check } from '../../../src/gan/training/stop-rule.ts'

const check = (step: number, distance: number, rest: Partial<Check> = {}): Check => ({
  step,
  distance,
  toldApart: { accuracy: 0.9, low: 0.88, high: 0.92 },
  covered: 0.95,
  ranked: 0.7,
  losses: { discriminator: 1.2, generator: 0.8 },
  ...rest,
})

/** A training whose distance falls for some checks and stays for others. */
const course = (distances: readonly number[], rest: Partial<Check> = {}): Check[] =>
  distances.map((distance, index) => check(index * 500, distance, rest))

const stalled = [100, 50, 20, 20, 20.1, 19.9, 20, 20.2]

describe('the stop rule', () => {
  it('goes on while samples get better', () => {
    expect(judgeProgress(course([100, 80, 60, 50, 40, 35, 31, 28]))).toMatchObject({
      state: 'learning',
      stops: false,
      best: 3500,
    })
  })

  it('is patient with checks that are a little worse', () => {
    expect(judgeProgress(course([100, 50, 55, 52, 58, 51])).stops).toBe(false)
    expect(judgeProgress(course([100, 50, 55, 52, 58, 51, 30])).state).toBe('learning')
  })

  it('is as patient as a fifth of all checks, unless something looks wrong', () => {
    const distances = [...Array.from({ length: 40 }, (_, index) => 100 * 0.95 ** index), ...Array(9).fill(15)]
    expect(judgeProgress(course(distances)).stops).toBe(false)
    expect(judgeProgress(course([...distances, 15]))).toMatchObject({ state: 'plateau', stops: true, fruitless: 10 })
    const collapsed = course(distances.slice(0, 45), { covered: 0.1 })
    expect(judgeProgress(collapsed)).toMatchObject({ state: 'collapse', stops: true, fruitless: 5 })
  })

  it('does not take less than a hundredth for progress, and keeps the best check all the same', () => {
    expect(judgeProgress(course(stalled))).toMatchObject({ state: 'plateau', stops: true, best: 2500 })
  })

  it('names an equilibrium where a fresh judge hardly does better than by guessing', () => {
    const rest = { toldApart: { accuracy: 0.53, low: 0.51, high: 0.55 } }
    expect(judgeProgress(course(stalled, rest))).toMatchObject({ state: 'equilibrium', stops: true })
  })

  it('takes no wide interval for an equilibrium: few samples may be told apart, and nobody be sure of it', () => {
    const rest = { toldApart: { accuracy: 0.68, low: 0.542, high: 0.792 } }
    expect(judgeProgress(course(stalled, rest))).toMatchObject({ state: 'plateau', stops: true })
  })

  it('names a collapse where most kinds of samples are missing, whatever the discriminator thinks', () => {
    const rest = { covered: 0.1, ranked: 1 }
    expect(judgeProgress(course(stalled, rest)).state).toBe('collapse')
  })

  it('names a discriminator that is certain', () => {
    const rest = { ranked: 0.999, toldApart: { accuracy: 1, low: 0.99, high: 1 } }
    expect(judgeProgress(course(stalled, rest)).state).toBe('discriminator won')
  })

  it('names a training that lost what it had, and keeps the step before', () => {
    const judgement = judgeProgress(course([100, 20, 70, 80, 90, 95, 95]))
    expect(judgement).toMatchObject({ state: 'diverged', stops: true, best: 500 })
    expect(judgement.reason).toContain('4.8 times as bad')
  })

  it('names a training whose losses ran away, though its samples are no worse than they were', () => {
    const judgement = judgeProgress(course(stalled, { losses: { discriminator: 4e5, generator: 30 }, covered: 0.1 }))
    expect(judgement).toMatchObject({ state: 'diverged', stops: true, best: 2500 })
    expect(judgement.reason).toContain('4e+5')
  })

  it('has no discriminator to win where a game has no opinion, and looks at whatever losses it has', () => {
    const surelyTold = { toldApart: { accuracy: 0.99, low: 0.98, high: 1 } }
    expect(judgeProgress(course(stalled, { ...surelyTold, ranked: 0.99 })).state).toBe('discriminator won')
    expect(judgeProgress(course(stalled, { ...surelyTold, ranked: null }))).toMatchObject({
      state: 'plateau',
      stops: true,
    })
    const judgement = judgeProgress(course(stalled, { ranked: null, losses: { energy: 2, code: -4e5 } }))
    expect(judgement).toMatchObject({ state: 'diverged', stops: true, best: 2500 })
    expect(judgement.reason).toContain('4e+5')
  })

  it('warns of what looks wrong before it is the end, but not at once, nor while samples get better', () => {
    const few = course([100, 50, 40, 41], { covered: 0.1 })
    expect(judgeProgress(few)).toMatchObject({
      state: 'learning',
      warning: expect.stringContaining('only 10 % of the kinds'),
    })
    expect(judgeProgress(few.slice(0, 3)).warning).toBeNull()
    expect(judgeProgress(course([100, 110], { covered: 0.1 })).warning).toBeNull()
    expect(judgeProgress(course([100, 50, 40, 41])).warning).toBeNull()
  })

  it('counts samples that are no numbers as no progress', () => {
    const distances = [100, 20, ...Array.from({ length: 5 }, () => NaN)]
    expect(judgeProgress(course(distances))).toMatchObject({ state: 'diverged', stops: true, best: 500 })
  })

  it('stops exactly when no check within its patience was better by a hundredth than the best one before', () => {
    const distances = fc.array(fc.double({ min: 0.1, max: 100, noNaN: true }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(distances, (values) => {
        let last = 0
        values.forEach((value, index) => {
          if (value < values[last] * 0.99) last = index
        })
        const judgement = judgeProgress(course(values))
        const fruitless = values.length - 1 - last
        expect(judgement.fruitless).toBe(fruitless)
        const isEnough = fruitless >= usualRule.patience
        // Where samples became three times as bad, there is nothing to wait for.
        const isWrong = values[values.length - 1] > 3 * Math.min(...values)
        expect(judgement.stops).toBe(isEnough && (isWrong || fruitless >= Math.ceil(values.length / 5)))
        expect(judgement.best).toBe(500 * values.indexOf(Math.min(...values)))
      }),
    )
  })
})
