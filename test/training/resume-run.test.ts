import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openRun } from '../../src/runs/opening/open-run-node.ts'
import { resumeRun } from '../../src/training/resume-run-node.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { idxBytes } from '../data/idx-bytes.ts'
import { runsInFolder } from './running.ts'

const runs = runsInFolder()

const final = (step: number) => `checkpoints/step-${String(step).padStart(6, '0')}.safetensors`

/** Everything that a run leaves behind but what holds times. */
const timeless = (step: number) => [final(step), 'samples/final.png', 'samples/step-000010.png', 'generator.onnx']

describe('resumeRun', () => {
  it('goes on from where Ctrl-C came to the bytes of an undisturbed run, on another number of threads', async () => {
    const options = { steps: 20, sampleEvery: 10, checkpointEvery: 8 }
    await runs.train('straight', options)
    const { result } = await runs.train('cut', options, { stopAt: 4 })
    expect(result.reason).toBe('signal')
    expect(result.step).toBeLessThan(20)
    const resumed = await runs.resume('cut', { threads: 2 })
    expect(resumed.result).toMatchObject({ step: 20, reason: 'steps' })
    expect(resumed.progress[0].step).toBeGreaterThan(result.step)
    for (const file of timeless(20)) expect(runs.read('cut', file).equals(runs.read('straight', file)), file).toBe(true)
    expect(runs.filesOf('cut')).toEqual(runs.filesOf('straight'))
  })

  it('goes on beyond the planned steps as if more had been planned', async () => {
    const options = { sampleEvery: 10, checkpointEvery: 50 }
    await runs.train('far', { ...options, steps: 24 })
    await runs.train('farther', { ...options, steps: 12 })
    await runs.resume('farther', { steps: 24 })
    for (const file of timeless(24)) expect(runs.read('farther', file).equals(runs.read('far', file)), file).toBe(true)
    const steps = runs.logOf('farther').map(({ step }) => step)
    expect(steps).toEqual([12, 24])
  })

  it('makes the files again that a killed run had left unmade or half made', async () => {
    await runs.train('whole', { steps: 20, sampleEvery: 10, checkpointEvery: 8, logEvery: 5 })
    await runs.train('killed', { steps: 20, sampleEvery: 10, checkpointEvery: 8, logEvery: 5 })
    for (const file of ['samples/final.png', 'generator.onnx', final(20)]) rmSync(runs.at('killed', file))
    writeFileSync(runs.at('killed', 'checkpoints/step-000024.safetensors.99-1.tmp'), 'half')
    writeFileSync(runs.at('killed', 'log.jsonl'), `${runs.read('killed', 'log.jsonl').toString()}{"step": 2`)
    const { progress } = await runs.resume('killed')
    expect(progress[0].step).toBe(17)
    for (const file of timeless(20)) expect(runs.read('killed', file).equals(runs.read('whole', file)), file).toBe(true)
    expect(runs.filesOf('killed')).toEqual(runs.filesOf('whole'))
    expect(runs.logOf('killed').map(({ step }) => step)).toEqual([5, 10, 15, 20])
    expect(runs.read('killed', 'log.jsonl').toString()).not.toMatch(/"step": 2/)
  })

  it('keeps as many checkpoints as it was told, and the one at which it was stopped', async () => {
    const names = (out: string) => runs.filesOf(out, 'checkpoints')
    await runs.train('kept', { steps: 21, checkpointEvery: 4, keep: 2 })
    expect(names('kept')).toEqual(['step-000016.safetensors', 'step-000020.safetensors', 'step-000021.safetensors'])
    await runs.resume('kept', { steps: 26 })
    expect(names('kept')).toEqual(['step-000020.safetensors', 'step-000024.safetensors', 'step-000026.safetensors'])
  })

  it('counts time over all sittings', async () => {
    const first = await runs.train('timed', { minutes: 0.01 })
    const again = await runs.resume('timed')
    // What the end of the first sitting took is not in its log.
    expect(again.result.reason).toBe('time')
    expect(again.progress.length).toBeLessThan(5)
    const longer = await runs.resume('timed', { minutes: 0.02 })
    expect(longer.result.step).toBeGreaterThan(first.result.step)
    expect(longer.result.seconds).toBeGreaterThan(1.2)
  })

  it('writes down that it was resumed, and how', async () => {
    await runs.train('noted', { steps: 2 })
    await runs.resume('noted', { steps: 4, threads: 2 })
    const record: unknown = JSON.parse(runs.read('noted', 'options.json').toString())
    expect(record).toMatchObject({
      options: { steps: 4, threads: 2, batch: 8 },
      resumed: [{ step: 2, changed: { steps: 4, threads: 2 } }],
    })
  })

  it('refuses, and leaves the folder as it is, where the run is not as it was', async () => {
    await runs.train('strict', { steps: 4 })
    const before = runs.filesOf('strict')
    const refusal = async (changes: object) => {
      const error: unknown = await resumeRun(runs.at('strict'), changes).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(UserError)
      expect(runs.filesOf('strict')).toEqual(before)
      return error instanceof Error ? error.message : ''
    }
    expect(await refusal({ batch: 4 })).toMatch(/batch was decided when the run in .* began: it is 8/)
    writeFileSync(runs.at('other.idx'), idxBytes([40, 5, 4, 3], new Uint8Array(40 * 60).fill(7)))
    expect(await refusal({ data: `idx:${runs.at('other.idx')}` })).toMatch(/is not what the run in .* began with/)
    await runs.train('stranger', { steps: 4, seed: 9 })
    copyFileSync(runs.at('stranger', final(4)), runs.at('strict', final(4)))
    expect(await refusal({})).toMatch(/belongs to another run: its seed is 9, this run's is 0\./)
    writeFileSync(runs.at('strict', final(4)), 'no checkpoint at all')
    expect(await refusal({})).toMatch(/step-000004\.safetensors/)
    writeFileSync(runs.at('strict', 'options.json'), '{"started": 3')
    expect(await refusal({})).toMatch(/options\.json is no JSON/)
    writeFileSync(runs.at('strict', 'options.json'), '{"started": 3}')
    expect(await refusal({})).toMatch(/options\.json is not as Forger wrote it/)
  })

  it('finds moved data by its fingerprint', async () => {
    copyFileSync(runs.at('images.idx'), runs.at('moving.idx'))
    await runs.train('moved', { steps: 4, data: `idx:${runs.at('moving.idx')}` })
    rmSync(runs.at('moving.idx'))
    await expect(resumeRun(runs.at('moved'))).rejects.toThrow(UserError)
    const { result } = await runs.resume('moved', { steps: 6, data: `idx:${runs.at('images.idx')}` })
    expect(result.step).toBe(6)
  })

  it('lets nobody else in while a run is open', async () => {
    const run = await openRun(runs.optionsFor('taken', { steps: 4 }))
    await expect(resumeRun(runs.at('taken'))).rejects.toThrow(UserError)
    await run.close()
    expect((await runs.resume('taken')).result.step).toBe(4)
  })
})
