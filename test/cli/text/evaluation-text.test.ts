import { describe, expect, it } from 'vitest'
import { evaluationText } from '../../../src/cli/text/evaluation-text.ts'
import type { Evaluation } from '../../../src/evaluation/evaluation.ts'

const measured = (value: number) => ({ value, spread: null, interval: null })

const evaluation: Evaluation = {
  version: 1,
  time: '2026-11-23T10:00:00.000Z',
  step: 3000,
  seed: 0,
  generated: 10_000,
  test: { name: 'mnist test', count: 10_000 },
  training: { name: 'mnist train', count: 60_000 },
  searched: 60_000,
  features: { name: 'forger-lenet', accuracy: 0.9941 },
  scores: [
    {
      metric: 'twoSampleAccuracy',
      name: 'Told from real ones',
      generated: { value: 0.731, spread: null, interval: [0.722, 0.74] },
      real: { value: 0.5, spread: null, interval: [0.49, 0.51] },
    },
    { metric: 'fid', name: 'FID (forger-lenet)', generated: measured(1234.5678), real: measured(0.25) },
    {
      metric: 'parzen',
      name: 'Parzen log-likelihood',
      generated: { value: 225.04, spread: 1.9, interval: null },
      real: { value: -3.14, spread: 1.5, interval: null },
    },
    { metric: 'copying', name: 'Copies, C_T (forger-lenet)', generated: measured(-0.01), real: null },
  ],
  classes: [
    { name: 'zero', generated: 0.25, real: 0.5 },
    { name: 'one', generated: 0.75, real: 0.5 },
  ],
  copies: { verdict: 'unsuspicious', suspicious: 0.012 },
  notes: ['A note.'],
}

describe('evaluationText', () => {
  it('sets every number beside that of real samples, and says what they mean', () => {
    expect(evaluationText(evaluation, 100)).toBe(`10,000 samples of step 3,000

                            generated               real                    better
Told from real ones         73.1% (72.2% to 74.0%)  50.0% (49.0% to 51.0%)  lower
FID (forger-lenet)          1,234.568               0.250                   lower
Parzen log-likelihood       225.0 ± 1.9             -3.1 ± 1.5              higher
Copies, C_T (forger-lenet)  0.0                                             as real

Samples, and as many real training samples in their place (what can be reached), each beside 10,000
of mnist test.

class  generated   real
zero       25.0%  50.0%
one        75.0%  50.0%

forger-lenet names 99.41% of the images rightly that it was tested by.

Samples are as far from training samples as unseen real ones are: no sign of copies. 1.2% of them
are nearer to one of 60,000 training samples than all but 1% of the unseen ones.

A note.`)
  })

  it('leaves a thousand classes to the JSON', () => {
    const classes = Array.from({ length: 1000 }, (_, name) => ({ name: String(name), generated: 0, real: 0.001 }))
    expect(evaluationText({ ...evaluation, classes }, 100)).toContain('1000 classes; --json tells the share of each.')
  })
})
