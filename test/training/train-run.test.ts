import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { isMeans } from '../../src/runs/folder/log-lines.ts'
import { runsInFolder } from './running.ts'

const runs = runsInFolder()
const meansOf = (out: string) => runs.logOf(out).filter(isMeans)

/** Lines of means as the file has them. */
const writtenBy = (out: string) =>
  runs
    .read(out, 'log.jsonl')
    .toString()
    .trim()
    .split('\n')
    .map((text): Record<string, unknown> => JSON.parse(text))
    .filter((line) => Object.hasOwn(line, 'imagesPerSecond'))

describe('trainRun', () => {
  it('gives the same pictures and the same model on any number of threads, and others for another seed', async () => {
    const steps = { steps: 12, sampleEvery: 5, logEvery: 5 }
    await runs.train('one', steps)
    await runs.train('two', { ...steps, threads: 2 })
    await runs.train('other', { ...steps, seed: 1 })
    for (const file of ['generator.onnx', 'samples/step-000005.png', 'samples/step-000010.png', 'samples/final.png']) {
      expect(runs.read('two', file).equals(runs.read('one', file)), file).toBe(true)
      expect(runs.read('other', file).equals(runs.read('one', file)), file).toBe(false)
    }
  })

  it('logs the means of every so many steps, and of what is left at the end', async () => {
    const { result } = await runs.train('logged', { steps: 12, logEvery: 5 })
    expect(result).toMatchObject({ step: 12, reason: 'steps' })
    const log = meansOf('logged')
    expect(log.map(({ step, epoch }) => [step, epoch])).toEqual([
      [5, 1],
      [10, 2],
      [12, 3],
    ])
    expect(writtenBy('logged')).toHaveLength(3)
    for (const line of writtenBy('logged')) {
      expect(Object.keys(line)).toEqual([
        'step',
        'epoch',
        'seconds',
        'time',
        'imagesPerSecond',
        'discriminatorLoss',
        'generatorLoss',
        'realScore',
        'fakeScore',
        'penalty',
      ])
      const { time, ...numbers } = line
      expect(Date.now() - Date.parse(String(time))).toBeLessThan(60_000)
      expect(Object.values(numbers).every((value) => Number.isFinite(value))).toBe(true)
    }
    // The same steps, one to a line, have the same mean.
    await runs.train('alone', { steps: 12, logEvery: 1 })
    const single = meansOf('alone').map(({ scalars }) => scalars.generatorLoss)
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length
    expect(log.map(({ scalars }) => scalars.generatorLoss)).toEqual(
      [single.slice(0, 5), single.slice(5, 10), single.slice(10)].map((values) => expect.closeTo(mean(values), 6)),
    )
  })

  it('shows progress up to the end, and samples that change with training alone', async () => {
    const { progress, drawn } = await runs.train('shown', { steps: 12 })
    expect(progress[0].step).toBe(1)
    expect(progress.at(-1)).toMatchObject({ step: 12, steps: 12, share: 1, epoch: 3, secondsLeft: 0 })
    const steps = progress.map(({ step }) => step)
    expect(steps).toEqual([...new Set(steps)].toSorted((a, b) => a - b))
    expect(drawn[0]).toHaveLength(64 * 5 * 4 * 3)
    expect(drawn[0]).not.toEqual(drawn.at(-1))
    const again = await runs.train('again', { steps: 12 })
    expect(again.drawn.at(-1)).toEqual(drawn.at(-1))
  })

  it('draws pictures in the colors of the data', async () => {
    const { drawn } = await runs.train('painted', { steps: 3, sampleEvery: 3 })
    const { data, info } = await sharp(runs.read('painted', 'samples/step-000003.png'))
      .raw()
      .toBuffer({ resolveWithObject: true })
    // 8 x 8 samples of 4 x 5, each pixel 11 x 11, with gaps of 22.
    expect(info).toMatchObject({ width: 8 * 44 + 7 * 22, height: 8 * 55 + 7 * 22, channels: 3 })
    const pixelOf = (column: number, row: number) => [...data.subarray(3 * (row * info.width + column)).subarray(0, 3)]
    expect(pixelOf(0, 0)).toEqual([...(drawn.at(-1)?.subarray(0, 3) ?? [])])
    expect(pixelOf(66, 0)).toEqual([...(drawn.at(-1)?.subarray(60, 63) ?? [])])
  })

  it('ends when the time is up', async () => {
    const { result, progress } = await runs.train('timed', { minutes: 0.01 })
    expect(result.reason).toBe('time')
    expect(progress.at(-1)?.steps).toBeNull()
    expect(progress.at(-1)?.share).toBeGreaterThan(0.5)
    expect(result.seconds).toBeGreaterThanOrEqual(0.6)
  })

  it('ends after the chunk in which it is asked to, with everything written', async () => {
    const { result } = await runs.train('stopped', { steps: 100_000 }, { stopAt: 4 })
    expect(result.reason).toBe('signal')
    expect(result.step).toBeLessThan(100_000)
    expect((await sharp(runs.read('stopped', 'samples/final.png')).metadata()).format).toBe('png')
    expect(runs.read('stopped', 'generator.onnx').length).toBeGreaterThan(1000)
  })
})
