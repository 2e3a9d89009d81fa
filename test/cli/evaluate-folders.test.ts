import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { idxBytes } from '../data/idx-bytes.ts'
import { runForger } from './forger.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'forger-sets-'))
  const stripes = (down: boolean) =>
    Array.from({ length: 60 * 16 * 16 }, (_, at) => {
      const [row, column] = [(at >> 4) & 15, at & 15]
      return (40 * (down ? column : row) + 13 * (at >> 8) + ((at * at) % 30)) % 256
    })
  writeFileSync(join(folder, 'rows.idx'), idxBytes([60, 16, 16], stripes(false)))
  writeFileSync(join(folder, 'columns.idx'), idxBytes([60, 16, 16], stripes(true)))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('forger evaluate with two sets of images', () => {
  const scoresOf = async (real: string, generated: string) => {
    const { status, stdout, stderr } = await runForger(folder, 'evaluate', real, generated, '--json')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    return (JSON.parse(stdout) as { scores: Record<string, number> }).scores
  }

  it('finds no distance between equal sets, and one between different ones', async () => {
    const [same, other] = [
      await scoresOf('idx:rows.idx', 'idx:rows.idx'),
      await scoresOf('idx:rows.idx', 'idx:columns.idx'),
    ]
    expect(same.fid).toBeCloseTo(0, 3)
    expect(same.precision).toBe(1)
    expect(other.fid).toBeGreaterThan(10 * Math.abs(same.fid) + 0.1)
    expect(other.twoSampleAccuracy).toBeGreaterThan(0.9)
  }, 60_000)

  it('says in a sentence what does not fit', async () => {
    for (const [args, sentence] of [
      [
        ['idx:rows.idx', 'idx:columns.idx', '--step', '3'],
        'error: --step is for runs; leave it out to compare two sets of images.\n',
      ],
      [['toy:ring', 'idx:columns.idx'], 'error: toy:ring are points; give two sets of images.\n'],
    ] as const) {
      const { status, stderr } = await runForger(folder, 'evaluate', ...args)
      expect({ status, stderr }).toEqual({ status: 2, stderr: sentence })
    }
  }, 60_000)
})
