import { describe, expect, it } from 'vitest'
import { reproduceSection } from '../../evidence/reproduce-section.ts'
import type { Reproduced } from '../../evidence/reproduce-section.ts'
import { runOptions } from '../../src/runs/options/run-options.ts'
import type { Score } from '../../src/evaluation/evaluation.ts'

const number = (value: number) => ({ value, spread: null, interval: null })
const scores: Score[] = [
  { metric: 'fid', name: 'FID (forger-lenet)', generated: number(12.345), real: number(1.5) },
  { metric: 'twoSampleAccuracy', name: 'told apart', generated: number(0.875), real: number(0.5) },
]
const evaluation = {
  version: 1,
  time: '2026-11-23T00:00:00.000Z',
  step: 125_000,
  seed: 0,
  generated: 10_000,
  test: { name: 'mnist test', count: 10_000 },
  training: { name: 'mnist train', count: 50_000 },
  searched: 50_000,
  features: null,
  classes: null,
  copies: { verdict: 'unsuspicious', suspicious: 0.01 },
  notes: [],
} as const
const run: Reproduced = {
  name: 'paper',
  run: {
    name: 'paper',
    path: 'runs/paper',
    options: runOptions.parse({}),
    step: 125_000,
    steps: 125_000,
    command: 'forger train paper --strict',
  },
  made: '    forger train paper --strict',
  parzen: { mean: 226.06, standardError: 2.13, sigma: 0.2154 },
  course: [{ step: 20_000, parzen: { mean: 131, standardError: 1.54, sigma: 0.2154 } }],
  evaluation: { ...evaluation, scores },
  minutes: 57.6,
}
const real = { mean: 241.2, standardError: 2.04, sigma: 0.1668 }

describe('the article reproduced', () => {
  it('stands in one table with what was published, and with real digits in the place of samples', () => {
    const text = reproduceSection([run], real)
    expect(text).toContain('| **paper** | 125,000 | 58 | **226.1 ± 2.1** | 0.215 | 12.35 | 87.5 % |')
    expect(text).toContain('| real training digits |  |  | 241.2 ± 2.0 | 0.167 | 1.50 | 50.0 % |')
    expect(text).toContain('| **adversarial nets (2014)** |  |  | **225 ± 2** |')
  })

  it('tells how the scores rose, side by side', () => {
    const other: Reproduced = { ...run, name: 'default', run: { ...run.run, step: 20_000 }, course: [] }
    expect(reproduceSection([run, other], real)).toContain(
      [
        '| steps | **paper** | **default** |',
        '| --- | --- | --- |',
        '| 20,000 | 131.0 ± 1.5 | 226.1 ± 2.1 |',
        '| 125,000 | 226.1 ± 2.1 |  |',
      ].join('\n'),
    )
  })

  it('names the command of each run, and shows its figures', () => {
    const text = reproduceSection([run], real)
    expect(text).toContain('    forger train paper --strict')
    expect(text).toContain('](images/reproduce-paper-neighbors.png)')
    expect(text).toContain('](images/reproduce-paper-walks.png)')
  })

  it('needs the numbers that it tells', () => {
    expect(() => reproduceSection([{ ...run, evaluation: { ...evaluation, scores: [] } }], real)).toThrow('no fid')
  })
})
