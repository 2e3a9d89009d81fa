import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTensorBoardFile } from '../../src/files/tensorboard-file-node.ts'
import { tensorBoardEventsOf } from '../../src/runs/folder/tensorboard-of-log.ts'
import type { TensorBoardEvent } from '../../src/files/tensorboard-events.ts'
import type { MeansLine, RollbackLine } from '../../src/runs/folder/log-lines.ts'
import { l1 } from '../../src/gan/losses/terms.ts'
import { gameReports } from '../../src/gan/players/report.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { readBoard } from './tensorboard-reader.ts'

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forger-board-'))
  path = join(folder, 'events.out.tfevents.forger')
})
afterEach(() => rm(folder, { recursive: true }))

const eventAt = (step: number): TensorBoardEvent => ({
  wallTime: 1.4e9 + step,
  step,
  scalars: { 'loss/generator': step / 8 },
})
const read = async () => readBoard(await readFile(path))
const stepsOf = async () => (await read()).slice(1).map(({ step }) => step)

describe('openTensorBoardFile', () => {
  it('shows an event as soon as it is added', async () => {
    const before = Date.now() / 1000
    const board = await openTensorBoardFile(path, [])
    const [header, ...others] = await read()
    expect(header.fileVersion).toBe('brain.Event:2')
    expect(header.wallTime).toBeGreaterThanOrEqual(before)
    expect(others).toEqual([])

    await board.add(eventAt(3))
    expect((await read())[1]).toMatchObject({ wallTime: 1.4e9 + 3, step: 3, scalars: [['loss/generator', 0.375]] })
    await board.close()
  })

  it('keeps the kept events alone of what was there, and goes on behind them', async () => {
    const first = await openTensorBoardFile(path, [])
    for (const step of [1, 2, 3, 4]) await first.add(eventAt(step))
    await first.close()
    await writeFile(path, 'half a rec', { flag: 'a' })

    const second = await openTensorBoardFile(path, [1, 2].map(eventAt))
    await second.add(eventAt(9))
    await second.close()
    expect((await read())[0].wallTime).toBe(1.4e9 + 1)
    expect(await stepsOf()).toEqual([1, 2, 9])
    expect(await readdir(folder)).toEqual(['events.out.tfevents.forger'])
  })

  it('writes one record after another even where nobody waits, and closes after the last', async () => {
    const board = await openTensorBoardFile(path, [])
    // More than Node writes at once, so that records could meet.
    const image = { width: 1, height: 1, channels: 1, png: new Uint8Array(700_000) } as const
    const steps = [1, 2, 3]
    for (const step of steps) void board.add({ ...eventAt(step), images: { samples: image } })
    await board.close()
    expect(await stepsOf()).toEqual(steps)
  })

  it('says so where the file cannot be written', async () => {
    await mkdir(path)
    for (const taken of [path, join(folder, 'absent', 'events')]) {
      const opened = openTensorBoardFile(taken, [])
      await expect(opened).rejects.toThrow(UserError)
      await expect(opened).rejects.toThrow(`Cannot write ${taken}`)
    }
  })
})

describe('tensorBoardEventsOf', () => {
  it("shows a game's own numbers under its tags, and numbers that no game of today reports under their names", () => {
    const means: MeansLine = {
      step: 1,
      epoch: 1,
      seconds: 1,
      time: '2014-06-10T00:00:00.000Z',
      imagesPerSecond: 2,
      scalars: { l1: 3, forgotten: 4 },
    }
    const [{ scalars }] = tensorBoardEventsOf([means], gameReports([l1(1)]))
    expect(scalars).toEqual({ 'term/l1': 3, 'report/forgotten': 4, 'speed/images per second': 2 })
  })

  it('shows the means of a line as curves, and a rollback as a text', () => {
    const means: MeansLine = {
      step: 250,
      epoch: 2,
      seconds: 12.5,
      time: '2014-06-10T00:00:00.250Z',
      imagesPerSecond: 54321,
      scalars: { discriminatorLoss: 1.25, generatorLoss: 0.75, realScore: 0.625, fakeScore: 0.375, penalty: 0.5 },
    }
    const rollback: RollbackLine = {
      step: 260,
      time: '2014-06-10T00:00:01.000Z',
      rollback: 'The loss of the generator is no number.',
      backTo: 200,
      learningRate: 0.0001,
    }
    expect(tensorBoardEventsOf([means, rollback], gameReports([]))).toEqual([
      {
        wallTime: 1402358400.25,
        step: 250,
        scalars: {
          'loss/discriminator': 1.25,
          'loss/generator': 0.75,
          'loss/penalty': 0.5,
          'score/real': 0.625,
          'score/fake': 0.375,
          'speed/images per second': 54321,
        },
      },
      {
        wallTime: 1402358401,
        step: 260,
        scalars: {},
        texts: {
          'rollback/at step 260':
            'The loss of the generator is no number. Back to step 200, with learning rate 0.0001.',
        },
      },
    ])
  })
})
