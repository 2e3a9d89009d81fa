import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openRun } from '../../src/runs/open-run-node.ts'
import { runOptions } from '../../src/runs/options.ts'
import type { Progress } from '../../src/runs/progress.ts'
import { trainRun } from '../../src/runs/train-run-node.ts'
import type { RunResult } from '../../src/runs/train-run-node.ts'
import { idxBytes } from '../data/idx-bytes.ts'

let folder = ''
beforeAll(() => {
  vi.stubEnv('FORGER_TUNE', '0')
  folder = mkdtempSync(join(tmpdir(), 'forger-run-'))
  const pixels = Array.from({ length: 40 * 5 * 4 * 3 }, (_, index) => (index * 71) % 256)
  writeFileSync(join(folder, 'images.idx'), idxBytes([40, 5, 4, 3], pixels))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
  vi.unstubAllEnvs()
})

interface Seen {
  readonly progress: readonly Progress[]
  readonly drawn: readonly Uint8Array[]
  readonly result: RunResult
}

/** A run on 40 colored images of 5 x 4; draws samples after every chunk. `stopAt`: the step at which it is asked to stop. */
async function seeRun(out: string, options: object, stopAt = Infinity): Promise<Seen> {
  const data = `idx:${join(folder, 'images.idx')}`
  const run = await openRun(runOptions.parse({ data, batch: 8, threads: 1, out: join(folder, out), ...options }))
  const progress: Progress[] = []
  const drawn: Uint8Array[] = []
  const controller = new AbortController()
  try {
    const view = {
      show: async (now: Progress, draw: () => Promise<{ images: Uint8Array }>) => {
        progress.push(now)
        drawn.push((await draw()).images)
        if (now.step >= stopAt) controller.abort()
      },
    }
    return { progress, drawn, result: await trainRun(run, view, controller.signal) }
  } finally {
    await run.close()
  }
}

const read = (...path: string[]): Buffer => readFileSync(join(folder, ...path))
const logOf = (run: string): Record<string, number>[] =>
  read(run, 'log.jsonl')
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('trainRun', () => {
  it('gives the same pictures and the same model on any number of threads, and others for another seed', async () => {
    const steps = { steps: 12, sampleEvery: 5, logEvery: 5 }
    await seeRun('one', steps)
    await seeRun('two', { ...steps, threads: 2 })
    await seeRun('other', { ...steps, seed: 1 })
    for (const file of ['generator.onnx', 'samples/step-000005.png', 'samples/step-000010.png', 'samples/final.png']) {
      expect(read('two', file).equals(read('one', file)), file).toBe(true)
      expect(read('other', file).equals(read('one', file)), file).toBe(false)
    }
  })

  it('logs the means of every so many steps, and of what is left at the end', async () => {
    const { result } = await seeRun('logged', { steps: 12, logEvery: 5 })
    expect(result).toMatchObject({ step: 12, reason: 'steps' })
    const log = logOf('logged')
    expect(log.map(({ step, epoch }) => [step, epoch])).toEqual([
      [5, 1],
      [10, 2],
      [12, 3],
    ])
    for (const line of log) {
      expect(Object.keys(line)).toEqual([
        'step',
        'epoch',
        'seconds',
        'imagesPerSecond',
        'discriminatorLoss',
        'generatorLoss',
        'realScore',
        'fakeScore',
        'penalty',
      ])
      expect(Object.values(line).every((value) => Number.isFinite(value))).toBe(true)
    }
    // The same steps, one to a line, have the same mean.
    await seeRun('alone', { steps: 12, logEvery: 1 })
    const single = logOf('alone').map(({ generatorLoss }) => generatorLoss)
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length
    expect(log.map(({ generatorLoss }) => generatorLoss)).toEqual(
      [single.slice(0, 5), single.slice(5, 10), single.slice(10)].map((values) => expect.closeTo(mean(values), 6)),
    )
  })

  it('shows progress up to the end, and samples that change with training alone', async () => {
    const { progress, drawn } = await seeRun('shown', { steps: 12 })
    expect(progress[0].step).toBe(1)
    expect(progress.at(-1)).toMatchObject({ step: 12, steps: 12, share: 1, epoch: 3, secondsLeft: 0 })
    const steps = progress.map(({ step }) => step)
    expect(steps).toEqual([...new Set(steps)].toSorted((a, b) => a - b))
    expect(drawn[0]).toHaveLength(64 * 5 * 4 * 3)
    expect(drawn[0]).not.toEqual(drawn.at(-1))
    const again = await seeRun('again', { steps: 12 })
    expect(again.drawn.at(-1)).toEqual(drawn.at(-1))
  })

  it('draws pictures in the colors of the data', async () => {
    const { drawn } = await seeRun('painted', { steps: 3, sampleEvery: 3 })
    const { data, info } = await sharp(read('painted', 'samples/step-000003.png'))
      .raw()
      .toBuffer({ resolveWithObject: true })
    // 8 x 8 samples of 4 x 5, each pixel 11 x 11, with gaps of 22.
    expect(info).toMatchObject({ width: 8 * 44 + 7 * 22, height: 8 * 55 + 7 * 22, channels: 3 })
    const pixelOf = (column: number, row: number) => [...data.subarray(3 * (row * info.width + column)).subarray(0, 3)]
    expect(pixelOf(0, 0)).toEqual([...(drawn.at(-1)?.subarray(0, 3) ?? [])])
    expect(pixelOf(66, 0)).toEqual([...(drawn.at(-1)?.subarray(60, 63) ?? [])])
  })

  it('ends when the time is up', async () => {
    const { result, progress } = await seeRun('timed', { minutes: 0.01 })
    expect(result.reason).toBe('time')
    expect(progress.at(-1)?.steps).toBeNull()
    expect(progress.at(-1)?.share).toBeGreaterThan(0.5)
    expect(result.seconds).toBeGreaterThanOrEqual(0.6)
  })

  it('ends after the chunk in which it is asked to, with everything written', async () => {
    const { result } = await seeRun('stopped', { steps: 100_000 }, 4)
    expect(result.reason).toBe('signal')
    expect(result.step).toBeLessThan(100_000)
    expect((await sharp(read('stopped', 'samples/final.png')).metadata()).format).toBe('png')
    expect(read('stopped', 'generator.onnx').length).toBeGreaterThan(1000)
  })
})
