import { describe, expect, it } from 'vitest'
import { openRun } from '../../src/runs/opening/open-run-node.ts'
import type { RunOptions } from '../../src/runs/options/run-options.ts'
import { UserError } from '../../src/tensor/errors.ts'
import type { Callback, TrainRunOptions } from '../../src/training/callbacks.ts'
import { resumeRun } from '../../src/training/resume-run-node.ts'
import type { RunEvent } from '../../src/training/run-event.ts'
import { trainRun } from '../../src/training/train-run-node.ts'
import { runsInFolder } from './running.ts'

const runs = runsInFolder()

async function train(out: string, options: Partial<RunOptions>, how: TrainRunOptions | AbortSignal) {
  const run = await openRun(runs.optionsFor(out, options))
  const events: RunEvent[] = []
  try {
    for await (const event of trainRun(run, how)) events.push(event)
  } finally {
    await run.close()
  }
  return events
}

const counting = (name: string, every: number, calls: string[]): Callback => ({
  name,
  every,
  run: ({ step }) => void calls.push(`${name} ${step}`),
})

describe('callbacks', () => {
  it('are called in their order at multiples of their steps, also when the run is resumed', async () => {
    const calls: string[] = []
    const callbacks = [counting('a', 3, calls), counting('b', 2, calls)]
    await train('called', { steps: 7 }, { callbacks })
    expect(calls.splice(0)).toEqual(['b 2', 'a 3', 'b 4', 'a 6', 'b 6'])
    const run = await resumeRun(runs.at('called'), { steps: 9 })
    for await (const _ of trainRun(run, { callbacks }));
    await run.close()
    expect(calls).toEqual(['b 8', 'a 9'])
  })

  it('see the run as it is after the step, and change nothing of it by drawing', async () => {
    const seen: unknown[] = []
    const look: Callback = {
      name: 'look',
      every: 2,
      async run({ step, report, run: { trainer, options } }) {
        const samples = await trainer.sample(3, step)
        seen.push([step, report.finite, options.batch, samples.length])
      },
    }
    await train('seen', { steps: 6, logEvery: 3, sampleEvery: 3 }, { callbacks: [look] })
    expect(seen).toEqual([2, 4, 6].map((step) => [step, 1, 8, 3 * 5 * 4 * 3]))
    await train('unseen', { steps: 6, logEvery: 3, sampleEvery: 3 }, {})
    for (const file of ['generator.onnx', 'samples/final.png', 'checkpoints/step-000006.safetensors']) {
      expect(runs.read('seen', file).equals(runs.read('unseen', file)), file).toBe(true)
    }
  })

  it('come after the picture of their step and before its checkpoint', async () => {
    const there: boolean[] = []
    const look: Callback = {
      name: 'look',
      every: 2,
      run: ({ step, run: { folder } }) => {
        const files = runs.filesOf('ordered')
        for (const path of [folder.samplesAt(step), folder.checkpointAt(step)]) {
          there.push(files.some((file) => path.endsWith(file)))
        }
      },
    }
    await train('ordered', { steps: 2, sampleEvery: 2, checkpointEvery: 2 }, { callbacks: [look] })
    expect(there).toEqual([true, false])
  })

  it('may stop the run', async () => {
    const stop: Callback = { name: 'stop', every: 4, run: (context) => context.stop() }
    const events = await train('stopped', { steps: 100 }, { callbacks: [stop] })
    expect(events.at(-1)).toMatchObject({ kind: 'end', result: { step: 4, reason: 'signal' } })
    expect(runs.filesOf('stopped')).toEqual(expect.arrayContaining(['report.html', 'generator.onnx']))
  })

  it('end the run by an error, and it can be resumed', async () => {
    const fail: Callback = {
      name: 'fail',
      every: 5,
      run: () => Promise.reject(new Error('out of paper')),
    }
    await expect(train('failed', { steps: 8, checkpointEvery: 2 }, { callbacks: [fail] })).rejects.toThrow(
      'out of paper',
    )
    const { result } = await runs.resume('failed')
    expect(result).toMatchObject({ step: 8, reason: 'steps' })
  })

  it.each([0, -1, 1.5, NaN])('are refused where they are to run every %d steps', async (every) => {
    const callbacks = [{ name: 'odd', every, run: () => {} }]
    const refused = train(`refused${every}`, { steps: 2 }, { callbacks })
    await expect(refused).rejects.toThrow(UserError)
    await expect(refused).rejects.toThrow(
      `The callback odd is to run every ${every} steps; give a whole number from 1 on.`,
    )
  })
})

describe('a signal', () => {
  it.each([
    ['alone', (signal: AbortSignal) => signal],
    ['beside callbacks', (signal: AbortSignal) => ({ signal, callbacks: [] })],
  ])('ends a run, %s', async (name, how) => {
    const events = await train(`signal ${name}`, { steps: 100 }, how(AbortSignal.abort()))
    expect(events.at(-1)).toMatchObject({ kind: 'end', result: { step: 0, reason: 'signal' } })
  })
})
