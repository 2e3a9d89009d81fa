import { describe, expect, it } from 'vitest'
import { checkText, outcomeLines } from '../../../src/cli/text/check-text.ts'
import type { RunResult } from '../../../src/training/run-event.ts'

const check = {
  step: 1500,
  distance: 12.345,
  toldApart: { accuracy: 0.874, low: 0.86, high: 0.89 },
  covered: 0.92,
  ranked: 0.8,
  losses: null,
}
const judgement = {
  state: 'learning',
  stops: false,
  best: 1500,
  fruitless: 1,
  reason: 'still learning: why',
  warning: null,
} as const

describe('the line of a check', () => {
  it('says what judges saw, and whether it is the best', () => {
    expect(checkText({ kind: 'check', check, judgement })).toBe(
      'Judged at step 1,500: distance 12.3 (the best so far), told from real ones 87 %, 92 % of their kinds covered.',
    )
    const later = { ...judgement, best: 500 }
    expect(checkText({ kind: 'check', check, judgement: later })).toContain('distance 12.3, told')
    expect(checkText({ kind: 'check', check, judgement: { ...judgement, warning: 'it rains' } })).toMatch(
      /covered\. Beware: it rains\.$/,
    )
    const broken = { ...check, distance: NaN }
    expect(checkText({ kind: 'check', check: broken, judgement: later })).toContain(
      'distance none, as samples are no numbers',
    )
  })
})

describe('the verdict at the end of a run', () => {
  const result: RunResult = { step: 4000, seconds: 9, reason: 'steps', judgement: null, kept: 4000 }

  it('is none where nobody judged', () => {
    expect(outcomeLines(result)).toEqual([])
  })

  it('names the state in which it stopped, and the step that was kept', () => {
    const stopped = { ...judgement, state: 'plateau', stops: true, fruitless: 5, reason: 'no better samples' } as const
    expect(outcomeLines({ ...result, reason: 'stopped', judgement: stopped, kept: 1500 })).toEqual([
      'It stopped by itself: plateau; no better samples.',
      'Pictures and model are of step 1,500, whose samples were the nearest to real ones.',
    ])
  })

  it('says where it ended before', () => {
    expect(outcomeLines({ ...result, judgement })).toEqual(['It had not come to rest yet: still learning: why.'])
  })
})
