import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { readRecord } from '../../src/runs/folder/run-record-node.ts'
import { runFolderAt } from '../../src/runs/folder/run-folder.ts'
import { runsInFolder } from './running.ts'

// Several whole runs in each.
vi.setConfig({ testTimeout: 120_000 })

const runs = runsInFolder()

const options = { steps: 8, checkpointEvery: 4, sampleEvery: 50, logEvery: 4, strict: true }
const checkpoint = (step: number) => `checkpoints/step-${String(step).padStart(6, '0')}.safetensors`
const copy = (from: string, to: string) => cpSync(runs.at(from), runs.at(to), { recursive: true })
const recordOf = (out: string) => readRecord(runFolderAt(runs.at(out)))
const isSame = (step: number, one: string, other: string) =>
  runs.read(one, checkpoint(step)).equals(runs.read(other, checkpoint(step)))

describe('a new learning rate on resume', () => {
  it('gives the same bytes whenever it is set at the same step, interrupted or not', async () => {
    await runs.train('base', options)
    for (const out of ['once', 'twice', 'cut', 'old']) copy('base', out)
    await runs.resume('once', { steps: 16, learningRate: 5e-4 })
    await runs.resume('twice', { steps: 16, learningRate: 5e-4 })
    await runs.resume('cut', { steps: 12, learningRate: 5e-4 })
    // Without a new rate, the last one holds.
    await runs.resume('cut', { steps: 16 })
    await runs.resume('old', { steps: 16 })
    expect(isSame(16, 'once', 'twice')).toBe(true)
    expect(isSame(16, 'once', 'cut')).toBe(true)
    expect(isSame(16, 'once', 'old')).toBe(false)
  })

  it('keeps the rate of the beginning among the options, and writes down the new one', async () => {
    const record = await recordOf('once')
    expect(record.options.learningRate).toBe(0.001)
    expect(record.rates).toEqual([{ step: 8, rollbacks: 0, learningRate: 5e-4 }])
    expect(record.resumed).toMatchObject([{ step: 8, changed: { steps: 16, learningRate: 5e-4 } }])
    expect((await recordOf('cut')).rates).toEqual(record.rates)
    expect(runs.read('once', 'report.html').toString()).toMatch(
      /Changed on resume[\s\S]*from step 8[\s\S]*steps 16, learningRate 0\.0005/,
    )
  })

  it('changes nothing where it is the rate that the run had', async () => {
    copy('base', 'equal')
    await runs.resume('equal', { steps: 16, learningRate: 0.001 })
    expect(isSame(16, 'equal', 'old')).toBe(true)
  })

  it('reads the record of a run from before there were such rates', async () => {
    const path = runs.at('base', 'options.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace(/ {2}"rates": \[\],\n/, ''))
    expect(readFileSync(path, 'utf8')).not.toContain('rates')
    expect((await recordOf('base')).rates).toEqual([])
  })

  it('is exactly what was asked for after rollbacks, and later ones halve it', async () => {
    const tooHigh = { ...options, learningRate: 80, steps: 20 }
    await runs.train('rolled', tooHigh)
    const before = runs.logOf('rolled').filter((line) => 'rollback' in line)
    expect(before).toMatchObject([{ learningRate: 40 }, { learningRate: 20 }])
    copy('rolled', 'same')
    copy('rolled', 'kept')
    await runs.resume('same', { steps: 24, learningRate: 20 })
    await runs.resume('kept', { steps: 24 })
    expect(isSame(24, 'same', 'kept')).toBe(true)
    await expect(runs.resume('rolled', { steps: 24, learningRate: 1e15 })).rejects.toThrow(/It is the 4th time/)
    const after = runs.logOf('rolled').filter((line) => 'rollback' in line)
    expect(after).toMatchObject([
      ...before,
      { learningRate: 5e14 },
      { learningRate: 2.5e14 },
      { learningRate: 1.25e14 },
    ])
    expect((await recordOf('rolled')).rates).toEqual([{ step: 20, rollbacks: 2, learningRate: 1e15 }])
    // From an earlier checkpoint than that of the rate that failed.
    await runs.resume('rolled', { learningRate: 20 })
    expect(isSame(24, 'rolled', 'kept')).toBe(true)
  })
})
