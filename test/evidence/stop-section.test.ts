import { describe, expect, it } from 'vitest'
import { outcomeFrom, stopSection } from '../../evidence/stop-section.ts'
import { runOptions } from '../../src/runs/options/run-options.ts'

/** A run that was judged every 100 steps to its budget. */
const checks = [90, 40, 20, 21, 22, 21, 21, 21, 19.9, 30].map((distance, index) => ({
  step: 100 * index,
  distance,
  toldApart: { accuracy: 0.9, low: 0.88, high: 0.92 },
  covered: 0.9,
  ranked: 0.8,
  losses: null,
}))
const options = runOptions.parse({ checkEvery: 100, patience: 1000, checkFeatures: 'random-network' })

describe('what stopping costs', () => {
  it('is what was found after the step at which the usual rule stops', () => {
    const found = outcomeFrom(checks, options)
    expect(found).toMatchObject({
      hasStopped: true,
      end: { step: 700 },
      kept: { step: 200 },
      best: { step: 800 },
      judgement: { state: 'plateau', best: 200 },
      distance: 'Fréchet distance (random network)',
    })
    expect(stopSection([{ about: 'some game', outcome: found }])).toContain(
      '| some game | 700 | plateau: no better samples in 5 checks, though they can still be told from real ones | 200 | 20.0 | 19.9 (step 800) | 1.005 |',
    )
  })

  it('is nothing where the run went to its budget', () => {
    const found = outcomeFrom(checks.slice(0, 6), options)
    expect(found).toMatchObject({ hasStopped: false, end: { step: 500 }, kept: { step: 200 }, best: { step: 200 } })
    expect(stopSection([{ about: 'x', outcome: found }])).toContain(
      '| learning, at its budget: the last progress was 3 checks ago |',
    )
  })
})
