import { describe, expect, it } from 'vitest'
import { DivergedError } from '../../src/training/diverged-error.ts'
import { openRun } from '../../src/runs/opening/open-run-node.ts'
import { trainRun } from '../../src/training/train-run-node.ts'
import { write } from '../../src/runtime/device.ts'
import { runsInFolder } from './running.ts'

const runs = runsInFolder()

/** A learning rate at which squared gradients overflow after a few steps; at a quarter of it, they do not. */
const tooHigh = { learningRate: 80, strict: true, checkpointEvery: 4, sampleEvery: 10, logEvery: 4, steps: 20 }

describe('a run whose numbers break down', () => {
  it('goes back to the last good checkpoint, says what broke and why, and goes on at half the rate', async () => {
    const { events, result } = await runs.train('halved', tooHigh)
    expect(result).toMatchObject({ step: 20, reason: 'steps' })
    const rollbacks = events.flatMap((event) => (event.kind === 'rollback' ? [event.line] : []))
    // From a checkpoint that was tried before it goes further back: here what it held was spoiled already.
    expect(rollbacks).toMatchObject([
      { step: 5, backTo: 4, learningRate: 40 },
      { step: 5, backTo: 0, learningRate: 20 },
    ])
    expect(rollbacks[0].rollback).toMatch(
      /^After step 5 optimizers\.discriminator\.second\.dense3\.weight was no finite number any more; .* had grown .* before, so most likely .*learning rate \(80\) is too high\.$/,
    )
    expect(runs.logOf('halved')).toMatchObject([...rollbacks, ...[4, 8, 12, 16, 20].map((step) => ({ step }))])
    const { progress } = await runs.resume('halved', { steps: 22 })
    expect(progress[0].step).toBe(21)
    expect(runs.logOf('halved')).toMatchObject([...rollbacks, {}, {}, {}, {}, {}, { step: 22 }])
  })

  it('comes to the same end when it was interrupted, before the rollback or after', async () => {
    for (const stopAt of [1, 5, 9]) {
      const out = `interrupted${stopAt}`
      await runs.train(out, tooHigh, { stopAt })
      const { result } = await runs.resume(out, { threads: 2 })
      expect(result.step).toBe(20)
      const last = 'checkpoints/step-000020.safetensors'
      expect(runs.read(out, last).equals(runs.read('halved', last)), out).toBe(true)
    }
  }, 120_000)

  it('ends at the fourth time, and keeps its last good checkpoint', async () => {
    const attempt = runs.train('lost', { ...tooHigh, learningRate: 1e7 })
    await expect(attempt).rejects.toThrow(DivergedError)
    await expect(attempt).rejects.toThrow(/It is the 4th time, .* try --learning-rate 0\.001\.$/)
    expect(runs.logOf('lost').map((line) => ('rollback' in line ? line.learningRate : null))).toEqual([
      5e6, 2.5e6, 1.25e6,
    ])
    expect(runs.filesOf('lost')).not.toContain('generator.onnx')
  })

  it('is noticed by a weight alone, and says so where the same steps do not break again', async () => {
    const run = await openRun(runs.optionsFor('touched', { steps: 30, checkpointEvery: 8 }))
    const explanations: string[] = []
    let isTouched = false
    try {
      for await (const event of trainRun(run)) {
        if (event.kind === 'rollback') explanations.push(event.line.rollback)
        if (event.kind !== 'progress' || event.progress.step < 9 || isTouched) continue
        isTouched = true
        // The moving average is in no loss.
        const [name, variable] = [...run.trainer.variables].find(([key]) => key.startsWith('average.')) ?? []
        if (name === undefined || variable === undefined) throw new Error('no average')
        write(run.trainer.device, variable, new Float32Array(variable.block.size).fill(NaN))
      }
    } finally {
      await run.close()
    }
    expect(explanations).toEqual([expect.stringMatching(/not when the same steps were played again/)])
    expect(runs.logOf('touched').at(-1)).toMatchObject({ step: 30 })
  })
})
