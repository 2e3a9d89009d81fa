import { describe, expect, it } from 'vitest'
import { runOptions } from '../../../src/runs/options/run-options.ts'
import type { RunInput } from '../../../src/runs/options/run-options.ts'
import { settled } from '../../../src/runs/opening/settled-options.ts'

const decided = (told: RunInput, count: number, hasTest: boolean) => {
  const { stop, holdOut } = settled(runOptions.parse(told), { name: 'some data', count, hasTest })
  return [stop, holdOut]
}

describe('how a run ends', () => {
  it.each<[string, RunInput, number, boolean, unknown]>([
    ['by itself where nobody sets a limit', {}, 60_000, true, ['auto', 0]],
    ['by itself, with a tenth held back of data without a test part', {}, 5_000, false, ['auto', 500]],
    ['by itself, with at most a thousand held back', {}, 60_000, false, ['auto', 1000]],
    ['by itself, with as much held back as is told', { holdOut: 170 }, 5_000, false, ['auto', 170]],
    ['by itself, with enough held back to judge by of little data', {}, 500, false, ['auto', 100]],
    ['by itself or at a limit where both are told', { stop: 'auto', steps: 9 }, 5_000, false, ['auto', 500]],
    ['at its limit', { steps: 9 }, 5_000, false, ['budget', 0]],
    ['at its limit, with as much held back as is told', { epochs: 3, holdOut: 70 }, 5_000, false, ['budget', 70]],
    ['at the limits of its recipe where that is told', { stop: 'budget' }, 5_000, true, ['budget', 0]],
    ['at the limits of its recipe where too little data is there to judge by', {}, 499, false, ['budget', 0]],
    [
      'at the limits of its recipe where too little is held back, test part or not',
      { holdOut: 30 },
      60_000,
      true,
      ['budget', 30],
    ],
    ['as it was decided before', { stop: 'auto', holdOut: 0, steps: 4500, minutes: 1.7 }, 60_000, true, ['auto', 0]],
  ])('is %s', (_, told, count, hasTest, expected) => {
    expect(decided(told, count, hasTest)).toEqual(expected)
  })

  it.each<[RunInput, number, boolean]>([
    [{ stop: 'auto' }, 499, false],
    [{ stop: 'auto', holdOut: 0 }, 5_000, false],
    [{ stop: 'auto', holdOut: 99 }, 5_000, false],
    [{ stop: 'auto', holdOut: 99 }, 60_000, true],
  ])('cannot be by itself with %o of %i samples, with a test part: %s', (told, count, hasTest) => {
    expect(() => decided(told, count, hasTest)).toThrow(
      /needs 100 real samples to judge by or more, and of some data \d+ are held back/,
    )
  })
})
