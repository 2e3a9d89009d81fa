import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { gameReports } from '../../../src/gan/players/report.ts'
import { l2 } from '../../../src/gan/losses/terms.ts'
import type { Chunk } from '../../../src/gan/training/training-loop.ts'
import type { TensorBoardEvent } from '../../../src/files/tensorboard-events.ts'
import { checksOf, isCheck, isMeans, isRollback, lineInFile, parseLog } from '../../../src/runs/folder/log-lines.ts'
import type { CheckLine, MeansLine } from '../../../src/runs/folder/log-lines.ts'
import { runOptions } from '../../../src/runs/options/run-options.ts'
import { planRun } from '../../../src/runs/options/run-plan.ts'
import { openJournal } from '../../../src/training/journal-node.ts'

const time = '2026-11-23T05:14:24.165Z'
const place = { step: 50, epoch: 2, seconds: 1.5, time, imagesPerSecond: 2560 }
const textOf = (line: MeansLine | CheckLine): string => JSON.stringify(lineInFile(line))

describe('a line of means', () => {
  it('has what the game reports beside the rest, and comes back as it was', () =>
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.stringMatching(/^[a-z]\w*$/).filter((name) => !Object.hasOwn(place, name)),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
        ),
        (scalars) => {
          const line: MeansLine = { ...place, scalars }
          const [read] = parseLog(textOf(line))
          expect(isMeans(read)).toBe(true)
          // JSON knows no -0.
          const expected = Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, value + 0]))
          expect(read).toEqual({ ...place, scalars: expected })
        },
      ),
    ))

  it('is read as runs have always written it', () => {
    const written =
      '{"step":50,"epoch":2,"seconds":1.5,"time":"2026-11-23T05:14:24.165Z","imagesPerSecond":2560,"discriminatorLoss":1.25,' +
      '"generatorLoss":0.75,"realScore":0.625,"fakeScore":0.375,"penalty":0.5}'
    const [line] = parseLog(written)
    const scalars = { discriminatorLoss: 1.25, generatorLoss: 0.75, realScore: 0.625, fakeScore: 0.375, penalty: 0.5 }
    expect(line).toEqual({ ...place, scalars })
    // And such a line is written as it was.
    expect(JSON.stringify(lineInFile(line))).toBe(written)
  })

  it('keeps what is a number, of whatever stands beside the rest', () => {
    const [line] = parseLog(JSON.stringify({ ...place, l1: 3, note: 'x', lost: null, more: [1] }))
    expect(line).toEqual({ ...place, scalars: { l1: 3 } })
    expect(parseLog(JSON.stringify({ ...place, step: null, l1: 3 }))).toEqual([])
  })

  it('is no check and no rollback', () => {
    const rollback = { step: 60, time, rollback: 'broken', backTo: 40, learningRate: 1e-3 }
    const lines = parseLog([JSON.stringify({ ...place, l1: 3 }), JSON.stringify(rollback)].join('\n'))
    expect(lines.map((line) => [isMeans(line), isRollback(line), isCheck(line)])).toEqual([
      [true, false, false],
      [false, true, false],
    ])
  })
})

describe('a line of a check', () => {
  const seen = { distance: 3, toldApart: { accuracy: 0.9, low: 0.8, high: 0.95 }, covered: 0.5 }

  it('has the losses of the game by their names, and may be of a game without an opinion', () => {
    const losses = { encoder: 1, decoder: 2 }
    const line: CheckLine = { step: 50, time, check: { ...seen, ranked: null, losses } }
    expect(checksOf(parseLog(textOf(line)))).toEqual([{ step: 50, ...seen, ranked: null, losses }])
  })

  it('is read as runs have always written it', () => {
    const losses = { discriminator: 1, generator: 2 }
    const written = JSON.stringify({ step: 50, time, check: { ...seen, ranked: 0.7, losses } })
    expect(checksOf(parseLog(written))).toEqual([{ step: 50, ...seen, ranked: 0.7, losses }])
  })
})

describe('the log of a game with a warm-up', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forger-log-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('has in each line the means of what was reported, over the steps that did', async () => {
    const warm = (l2_: number) => ({ generatorLoss: l2_, l2: l2_, finite: 1 })
    const played = (generatorLoss: number) => ({
      discriminatorLoss: 1,
      generatorLoss,
      realScore: 0.5,
      fakeScore: 0.25,
      penalty: 0,
      finite: 1,
    })
    const reports = [warm(1), warm(2), warm(3), played(4), played(6), played(8)]
    const path = join(folder, 'log.jsonl')
    const events: TensorBoardEvent[] = []
    const board = { add: async (event: TensorBoardEvent) => void events.push(event), close: async () => {} }
    const plan = planRun(runOptions.parse({ batch: 5 }), { name: 'cats', count: 100 })
    const journal = await openJournal(path, [], board, { plan, every: 2, reports: gameReports([l2(1)]) })
    for (const [index, report] of reports.entries()) {
      const chunk: Chunk = { reports: [report], step: index + 1, seconds: 0.5, elapsed: (index + 1) / 2 }
      await journal.add(chunk)
    }
    await journal.close()
    const lines = parseLog(readFileSync(path, 'utf8'))
    const game = { discriminatorLoss: 1, realScore: 0.5, fakeScore: 0.25, penalty: 0 }
    expect(lines.map((line) => [line.step, isMeans(line) ? line.scalars : null])).toEqual([
      [2, { generatorLoss: 1.5, l2: 1.5 }],
      [4, { generatorLoss: 3.5, l2: 3, ...game }],
      [6, { generatorLoss: 7, ...game }],
    ])
    expect(lines).toEqual(journal.lines)
    expect(events.map(({ scalars }) => Object.keys(scalars ?? {}))).toEqual([
      ['loss/generator', 'term/l2', 'speed/images per second'],
      expect.arrayContaining(['loss/discriminator', 'loss/generator', 'term/l2', 'score/real']),
      expect.not.arrayContaining(['term/l2']),
    ])
  })
})
