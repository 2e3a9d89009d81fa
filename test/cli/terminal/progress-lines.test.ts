import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { progressLines, progressReport } from '../../../src/cli/terminal/progress-lines.ts'
import { gameReports } from '../../../src/gan/players/report.ts'
import type { Progress } from '../../../src/training/run-progress.ts'

const scalars = { discriminatorLoss: 0.6523, generatorLoss: -12.8123, realScore: 0.734, fakeScore: 0.312 }

const progress: Progress = {
  step: 12345,
  steps: 27000,
  share: 0.457,
  epoch: 13,
  imagesPerSecond: 12345,
  scalars,
  reports: gameReports([]),
  secondsLeft: 65,
}

const linesAt = (width: number, change: Partial<Progress> = {}): string[] =>
  progressLines({ ...progress, ...change }, { width, color: false }).split('\n')

/** Without the blanks at their ends. */
const plain = (width: number, change: Partial<Progress> = {}): string =>
  linesAt(width, change)
    .map((line) => line.trimEnd())
    .join('\n')

describe('the lines', () => {
  it('are one on a wide terminal', () => {
    expect(plain(125)).toBe(
      '━━━━━━────────   45%  step 12345/27000  epoch  13  12.3k img/s  loss D  0.652 G -12.81  D(x) 0.73 D(G(z)) 0.31  left 1:05',
    )
  })

  it('tell the same in two at 80 columns', () => {
    expect(plain(80).split('\n')).toEqual([
      '━━━━━━━──────────   45%  step 12345/27000  epoch  13  12.3k img/s  left 1:05',
      'loss D  0.652 G -12.81  D(x) 0.73 D(G(z)) 0.31',
    ])
  })

  it('keep how far, how well and how long at 40 columns', () => {
    expect(plain(40).split('\n')).toEqual([' 45%  step 12345/27000  left 1:05', 'D(x) 0.73 D(G(z)) 0.31'])
  })

  it('give up their parts in one order as the terminal narrows', () => {
    const parts = ['epoch', 'img/s', '━', 'step', 'left']
    const seen = (width: number) => parts.map((mark) => plain(width).includes(mark))
    for (let width = 5; width <= 200; width++) {
      // Everything behind the first part that is shown is shown as well.
      const flags = seen(width)
      expect(flags.slice(Math.max(0, flags.indexOf(true))).every((flag) => flag === flags.includes(true))).toBe(true)
    }
    expect(seen(10)).toEqual([false, false, false, false, false])
    expect(seen(70)).toEqual([false, true, true, true, true])
    expect(seen(80)).toEqual([true, true, true, true, true])
  })

  it('stay inside every terminal and never move a word, whatever the numbers', () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 0, 9.9996, -99.996))
    const score = fc.oneof(fc.double({ min: 0, max: 1 }), fc.constant(NaN))
    const changes = fc.record({
      step: fc.nat(27000),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      epoch: fc.nat(999),
      imagesPerSecond: fc.double({ min: 0, max: 9e14 }),
      scalars: fc.record({ discriminatorLoss: value, generatorLoss: value, realScore: score, fakeScore: score }),
      secondsLeft: fc.double({ min: 0, max: 8e7 }),
    })
    const places = (line: string) =>
      [...line.matchAll(/step|epoch|img\/s|loss|D\(x\)|D\(G|left|%/g)].map((match) => match.index)
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 200 }), changes, (width, change) => {
        const lines = linesAt(width, change)
        for (const line of lines) expect(line.length).toBeLessThan(width)
        expect(lines.map(places)).toEqual(linesAt(width).map(places))
      }),
    )
  })

  it('say 100% at the end and not before', () => {
    expect(plain(40, { share: 0.9999 })).toContain(' 99%')
    expect(plain(40, { share: 1 })).toContain('100%')
    expect(plain(120, { share: 1 })).not.toContain('─')
  })

  it('tell the step alone where only the time is planned', () => {
    expect(plain(120, { steps: null })).toContain('45%  step   12345  epoch')
  })

  it('keep the place of a number that this stage does not report, and show those that a game has besides', () => {
    const warmUp = { scalars: { generatorLoss: -12.8123 } }
    expect(plain(80, warmUp).split('\n')[1]).toBe('loss D      - G -12.81  D(x)    - D(G(z))    -')
    const reports = {
      ...gameReports([]),
      likeness: { tag: 'x', chart: 'Likeness', title: 'likeness', short: 'like', isShare: true },
      silent: { tag: 'x', chart: 'Losses', title: 'silent' },
    }
    expect(plain(80, { reports, scalars: { ...scalars, likeness: 0.25, silent: 3 } }).split('\n')[1]).toBe(
      'loss D  0.652 G -12.81  D(x) 0.73 D(G(z)) 0.31 like 0.25',
    )
  })

  it('show a failed number as it is, and a rate that is not known yet as a dash', () => {
    const failed = { scalars: { ...scalars, discriminatorLoss: NaN, generatorLoss: -Infinity, fakeScore: NaN } }
    expect(plain(80, failed)).toContain('loss D    NaN G   -Inf  D(x) 0.73 D(G(z))  NaN')
    expect(plain(80, { imagesPerSecond: NaN, secondsLeft: NaN })).toContain('    - img/s')
    expect(plain(80, { imagesPerSecond: NaN, secondsLeft: NaN })).toContain('left -:--')
  })
})

describe('color', () => {
  it('changes nothing but color, and marks failed numbers', () => {
    const failed = { ...progress, scalars: { ...scalars, realScore: NaN } }
    const colored = progressLines(failed, { width: 120, color: true })
    expect(stripVTControlCharacters(colored)).toBe(progressLines(failed, { width: 120, color: false }))
    expect(colored).toContain('\x1b[1;31m NaN\x1b[0m')
    expect(plain(120)).not.toContain('\x1b')
  })
})

describe('the report', () => {
  it('is one whole line of plain text', () => {
    expect(progressReport(progress)).toBe(
      ' 45%  step 12345/27000  epoch  13  12.3k img/s  loss D  0.652 G -12.81  D(x) 0.73 D(G(z)) 0.31  left 1:05',
    )
  })
})
