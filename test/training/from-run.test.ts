import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { openRun } from '../../src/runs/opening/open-run-node.ts'
import { runFolderAt } from '../../src/runs/folder/run-folder.ts'
import { readRecord } from '../../src/runs/folder/run-record-node.ts'
import type { RollbackLine } from '../../src/runs/folder/log-lines.ts'
import type { RunOptions } from '../../src/runs/options/run-options.ts'
import { decodeSafetensors } from '../../src/files/safetensors.ts'
import { write } from '../../src/runtime/device.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { resumeRun } from '../../src/training/resume-run-node.ts'
import { trainRun } from '../../src/training/train-run-node.ts'
import { idxBytes } from '../data/idx-bytes.ts'
import { runsInFolder } from './running.ts'

// Several whole runs in each.
vi.setConfig({ testTimeout: 120_000 })

const runs = runsInFolder()

const game = { generator: { units: [16] }, discriminator: { units: [16] } }
const options = { steps: 8, checkpointEvery: 4, sampleEvery: 50, keep: 1, game }
const checkpoint = (step: number) => `checkpoints/step-${String(step).padStart(6, '0')}.safetensors`
const tensorsAt = (out: string, step: number) =>
  decodeSafetensors(runs.read(out, checkpoint(step)), `${out}@${step}`).tensors
const isSame = (step: number, one: string, other: string) =>
  runs.read(one, checkpoint(step)).equals(runs.read(other, checkpoint(step)))
const fromOf = async (out: string) => (await readRecord(runFolderAt(runs.at(out)))).options.from

/** Opens and closes a run, and gives what it took. */
async function firstOf(out: string, given: Partial<RunOptions>) {
  const run = await openRun(runs.optionsFor(out, { ...options, ...given }))
  await run.close()
  return run.first
}

describe('a run from the weights of another', () => {
  it('begins with all but progress and optimizers, and keeps that as its checkpoint of step 0', async () => {
    await runs.train('source', options)
    const from = runs.at('source')
    const { result } = await runs.train('tuned', { ...options, steps: 16, seed: 5, from })
    expect(result.step).toBe(16)
    expect(runs.filesOf('tuned', 'checkpoints')).toEqual([0, 16].map((step) => checkpoint(step).slice(12)))
    expect(await fromOf('tuned')).toMatch(/source@8:[0-9a-f]{16}$/)
    const [taken, source] = [tensorsAt('tuned', 0), tensorsAt('source', 8)]
    for (const [name, { values }] of taken) {
      if (/^(seed|step|epoch|position|optimizers)\b/.test(name)) continue
      expect(values, name).toEqual(source.get(name)?.values)
    }
    expect(taken.get('step')?.values).toEqual(new Int32Array(1))
    const moments = [...taken].filter(([name]) => name.startsWith('optimizers.'))
    expect(moments.length).toBeGreaterThan(0)
    expect(moments.every(([, { values }]) => [...values].every((value) => value === 0))).toBe(true)
  })

  it('gives the same bytes again, also by another path and when interrupted before its first own checkpoint', async () => {
    const given = { ...options, steps: 16, seed: 5 }
    await runs.train('again', { ...given, from: `${runs.at('source')}@8` })
    expect(isSame(16, 'again', 'tuned')).toBe(true)
    await firstOf('cut', { ...given, from: runs.at('source') })
    renameSync(runs.at('source'), runs.at('elsewhere'))
    await runs.train('moved', { ...given, from: runs.at('elsewhere') })
    expect(isSame(16, 'moved', 'tuned')).toBe(true)
    // The other run is gone, but what was taken is kept.
    await runs.resume('cut')
    expect(isSame(16, 'cut', 'tuned')).toBe(true)
    renameSync(runs.at('elsewhere'), runs.at('source'))
  })

  it('takes the weights again where it was killed before it kept them, if they are still the same', async () => {
    await firstOf('killed', { steps: 16, seed: 5, from: runs.at('source') })
    rmSync(runs.at('killed', checkpoint(0)))
    renameSync(runs.at('source'), runs.at('elsewhere'))
    await expect(resumeRun(runs.at('killed'))).rejects.toThrow(UserError)
    renameSync(runs.at('elsewhere'), runs.at('source'))
    await runs.resume('killed')
    expect(isSame(16, 'killed', 'tuned')).toBe(true)
    const other = { ...options, from: (await fromOf('killed'))?.replace(/:.*/, `:${'0'.repeat(16)}`) }
    await expect(openRun(runs.optionsFor('changed', other))).rejects.toThrow(/are not those that were taken before/)
  })

  it('rolls back to those weights, also when the other run is gone', async () => {
    const given = { ...options, checkpointEvery: 50, from: runs.at('source') }
    const run = await openRun(runs.optionsFor('rolled', { ...given, learningRate: 0.002 }))
    renameSync(runs.at('source'), runs.at('elsewhere'))
    const rollbacks: RollbackLine[] = []
    let isTouched = false
    try {
      for await (const event of trainRun(run)) {
        if (event.kind === 'rollback') rollbacks.push(event.line)
        if (event.kind !== 'progress' || isTouched) continue
        isTouched = true
        const variable = [...run.trainer.variables].find(([name]) => name.startsWith('average.'))?.[1]
        if (variable === undefined) throw new Error('no average')
        write(run.trainer.device, variable, new Float32Array(variable.block.size).fill(NaN))
      }
    } finally {
      await run.close()
      renameSync(runs.at('elsewhere'), runs.at('source'))
    }
    expect(rollbacks).toMatchObject([{ backTo: 0, learningRate: 0.001 }])
    await runs.train('calm', { ...given, learningRate: 0.001 })
    expect(tensorsAt('rolled', 8)).toEqual(tensorsAt('calm', 8))
  })

  it('takes what fits of another game, and says what it left', async () => {
    const first = await firstOf('wider', { from: runs.at('source'), game: { ...game, latent: 64 } })
    expect(first).toMatchObject({ step: 8, left: { generator: 1, average: 1 } })
    expect(first?.taken).toBe((first?.all ?? 0) - 2)
  })

  it('takes what fits with another recipe and other data', async () => {
    writeFileSync(runs.at('others.idx'), idxBytes([40, 5, 4, 3], new Uint8Array(40 * 60).fill(7)))
    writeFileSync(
      runs.at('labels.idx'),
      idxBytes(
        [40],
        Array.from({ length: 40 }, (_, index) => index % 4),
      ),
    )
    const data = `idx:${runs.at('others.idx')},${runs.at('labels.idx')}`
    const first = await firstOf('classes', { recipe: 'conditional', data, from: runs.at('source') })
    expect(Object.keys(first?.left ?? {}).toSorted()).toEqual(['average', 'discriminator', 'generator'])
    expect(first?.taken).toBeGreaterThan((first?.all ?? 0) / 2)
    expect((await runs.resume('classes')).result.step).toBe(8)
  })

  it('refuses, and leaves nothing behind, where nothing fits or there is no such run', async () => {
    const refusal = async (given: Partial<RunOptions>) => {
      const error: unknown = await openRun(runs.optionsFor('none', { ...options, ...given })).catch(
        (reason: unknown) => reason,
      )
      expect(error).toBeInstanceOf(UserError)
      expect(runs.filesOf()).not.toContain('none')
      return error instanceof Error ? error.message : ''
    }
    const points = { recipe: 'points', data: 'toy:grid', batch: 64, game: {} }
    expect(await refusal({ ...points, from: runs.at('source') })).toMatch(/^No weights of the run in .* fit this one/)
    expect(await refusal({ from: runs.at('absent') })).toMatch(/^There is no run in .*absent/)
    expect(await refusal({ from: `${runs.at('source')}@3` })).toMatch(/has no checkpoint of step 3; it has 8\./)
  })

  it('can be sampled, and be the beginning of another run', async () => {
    const first = await firstOf('third', { from: `${runs.at('tuned')}@0` })
    expect(first).toMatchObject({ step: 0, left: {} })
    expect((await fromOf('third'))?.slice(-16)).toBe((await fromOf('tuned'))?.slice(-16))
  })
})
