import { readdirSync, rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folderWithImages, runForger } from './forger.ts'

let folder = ''
beforeAll(() => {
  folder = folderWithImages()
})
afterAll(() => rmSync(folder, { recursive: true }))

const small = ['--data', 'idx:images.idx', '--batch', '8', '--threads', '1', '--steps', '2'] as const
const files = () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()

describe('forger train --from', () => {
  it('says in one line what was taken, and with --dry-run writes nothing', async () => {
    await runForger(folder, 'train', '--out', 'source', ...small)
    const before = files()
    const dry = await runForger(folder, 'train', '--from', 'source', '--dry-run', '--json', ...small)
    expect(dry.stderr).toBe('')
    const found: unknown = JSON.parse(dry.stdout)
    expect(found).toMatchObject({ from: { run: 'source', step: 2, left: {} } })
    const shown = await runForger(folder, 'train', '--from', 'source@2', '--dry-run', ...small)
    expect(shown.stdout).toMatch(/^ {2}weights {5}(\d+) of \1 tensors taken from source at step 2\.$/m)
    expect(files()).toEqual(before)
    const latent = ['--set', 'game.latent=64'] as const
    const { status, stdout } = await runForger(
      folder,
      'train',
      '--from',
      'source',
      '--out',
      'tuned',
      ...latent,
      ...small,
    )
    expect(status).toBe(0)
    expect(stdout).toMatch(
      /^\d+ of \d+ tensors taken from source at step 2; not taken: generator \(1\), average \(1\)\.$/m,
    )
  })

  it('is refused in a sentence where there is no such run, or when a run is resumed', async () => {
    const absent = await runForger(folder, 'train', '--from', 'absent', '--dry-run', ...small)
    expect(absent).toMatchObject({ status: 2, stderr: 'error: There is no run in absent: it has no options.json.\n' })
    const resumed = await runForger(folder, 'resume', 'source', '--from', 'tuned')
    expect(resumed.status).toBe(2)
    expect(resumed.stderr).toMatch(
      /^error: from was decided when the run in source began: it is none; what can be changed is /,
    )
  })
})
