import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readWholeFile } from '../../src/files/read-file-node.ts'
import { expectRefusal } from '../data/refusal.ts'

const makePipe = 'mkfifo'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forger-read-'))
  await writeFile(join(folder, 'file'), 'whole')
})
afterAll(() => rm(folder, { recursive: true }))

describe('readWholeFile', () => {
  it('reads all of a file', async () => {
    expect(Buffer.from(await readWholeFile(join(folder, 'file'))).toString()).toBe('whole')
  })

  it('says what is wrong with a path', async () => {
    await expectRefusal(readWholeFile(join(folder, 'none')), `Cannot read ${join(folder, 'none')}`, 'no such file')
    await expectRefusal(readWholeFile(join(folder, 'file', 'in')), 'no such file')
    await expectRefusal(readWholeFile(folder), `${folder} is a folder, not a file`)
    await expectRefusal(readWholeFile('with\0zero'), 'Cannot read')
  })

  it.skipIf(process.platform === 'win32')('does not wait at a pipe or read a device without end', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync(makePipe, [pipe])
    await expectRefusal(readWholeFile(pipe), 'a device or a pipe')
    await expectRefusal(readWholeFile('/dev/zero'), 'a device or a pipe')
  })

  it('does not begin to read more than it can hold', async () => {
    const sparse = join(folder, 'sparse')
    await writeFile(sparse, '')
    await truncate(sparse, 2 ** 31)
    await expectRefusal(readWholeFile(sparse), 'sparse has 2147483648 bytes')
  })
})
