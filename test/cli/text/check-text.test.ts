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
  it('shows its measurements, and whether it is the best', () => {
    expect(checkText({ kind: 'check', check, judgement })).toBe(
      'Step 1,500: distance 12.3 (best so far), real/fake classifier accuracy 87% (50% is ideal), 92% of modes covered.',
    )
    const later = { ...judgement, best: 500 }
    expect(checkText({ kind: 'check', check, judgement: later })).toContain('distance 12.3, real/fake')
    expect(checkText({ kind: 'check', check, judgement: { ...judgement, warning: 'it rains' } })).toMatch(
      /covered\. Warning: it rains\.$/,
    )
    const broken = { ...check, distance: NaN }
    expect(checkText({ kind: 'check', check: broken, judgement: later })).toContain(
      'distance none (samples contain NaN or infinity)',
    )
  })
})

describe('the outcome at the end of a run', () => {
  const result: RunResult = { step: 4000, seconds: 9, reason: 'steps', judgement: null, kept: 4000 }

  it('is none without checks', () => {
    expect(outcomeLines(result)).toEqual([])
  })

  it('names the state in which it stopped, and the step that was kept', () => {
    const stopped = { ...judgement, state: 'plateau', stops: true, fruitless: 5, reason: 'no better samples' } as const
    expect(outcomeLines({ ...result, reason: 'stopped', judgement: stopped, kept: 1500 })).toEqual([
      'It stopped by itself: plateau; no better samples.',
      'Pictures and model are of step 1,500, the best one.',
    ])
  })

  it('says whether it was still improving', () => {
    expect(outcomeLines({ ...result, judgement })).toEqual(['Still improving when it ended: still learning: why.'])
  })
})
