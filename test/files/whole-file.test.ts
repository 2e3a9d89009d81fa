import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWholeFile, removeLeftovers, writeWholeFile } from '../../src/files/whole-file-node.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { typescriptLoader } from '../cli/forger.ts'

const isWindows = process.platform === 'win32'
const isRoot = process.getuid?.() === 0
const script = 'test/files/whole-file-child.ts'

const shell = (line: string) => execFileSync('sh', ['-c', line], { encoding: 'utf8', stdio: 'pipe' })

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forger-whole-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** The write fails in these words; what was at the path before is there still, and nothing else. */
async function expectRefusal(path: string, bytes: Uint8Array | string, says: string): Promise<void> {
  const before = await readdir(folder)
  const old = await readFile(path, 'utf8').catch(() => 'nothing')
  const error: unknown = await writeWholeFile(path, bytes).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UserError)
  expect(String(error)).toBe(`UserError: Cannot write ${path}: ${says}.`)
  expect(await readFile(path, 'utf8').catch(() => 'nothing')).toBe(old)
  expect(await readdir(folder)).toEqual(before)
}

/** A small disk of its own at a folder; undefined where we may not mount one. */
function mountDisk(at: string): { makeReadOnly(): void; unmount(): void } | undefined {
  try {
    shell(`mount -t tmpfs -o size=256k tmpfs '${at}'`)
  } catch {
    return undefined
  }
  return {
    makeReadOnly: () => shell(`mount -o remount,ro '${at}'`),
    unmount: () => shell(`umount '${at}'`),
  }
}

describe('writeWholeFile', () => {
  it('leaves the old file alone on a full disk and on one that is read-only', async (context) => {
    const disk = mountDisk(folder)
    if (disk === undefined) return context.skip('this user may not mount a small disk')
    try {
      const path = join(folder, 'log.jsonl')
      await writeWholeFile(path, 'old')
      await expectRefusal(path, new Uint8Array(1e6), 'the disk is full')
      await expectRefusal(join(folder, 'new'), new Uint8Array(1e6), 'the disk is full')
      await writeWholeFile(path, 'there is room for this')
      disk.makeReadOnly()
      await expectRefusal(path, 'new', 'it is on a file system that is read-only')
    } finally {
      disk.unmount()
    }
  })

  it.skipIf(isWindows)('leaves the old file alone where a file may not become that large', async () => {
    const path = join(folder, 'generator.onnx')
    await writeFile(path, 'old')
    const command = [process.execPath, ...typescriptLoader, script, path, '1000000']
      .map((part) => `'${part}'`)
      .join(' ')
    const said = shell(`ulimit -f 16; ${command}`)
    expect(said).toBe(`UserError: Cannot write ${path}: it would be larger than files may be there.\n`)
    expect(await readFile(path, 'utf8')).toBe('old')
    expect(await readdir(folder)).toEqual(['generator.onnx'])
  })

  it.skipIf(isWindows)('leaves the old file alone where there is no permission', async () => {
    const path = join(folder, 'options.json')
    await writeFile(path, 'old')
    await chmod(folder, 0o555)
    // The administrator may write anywhere: be nobody for a moment.
    if (isRoot) process.seteuid?.(65534)
    try {
      await expectRefusal(path, 'new', 'there is no permission')
    } finally {
      if (isRoot) process.seteuid?.(0)
      await chmod(folder, 0o755)
    }
  })

  it.skipIf(isWindows)('says what is wrong with a path', async () => {
    await writeFile(join(folder, 'file'), '')
    await symlink('circle', join(folder, 'circle'))
    await mkdir(join(folder, 'taken'))
    await expectRefusal(join(folder, 'absent', 'a'), '', 'its folder does not exist')
    await expectRefusal(join(folder, 'file', 'a'), '', 'a part of its path is a file, not a folder')
    await expectRefusal(join(folder, 'circle', 'a'), '', 'its symbolic links go in a circle')
    await expectRefusal(join(folder, 'taken'), '', 'it is a folder, not a file')
    await expectRefusal(join(folder, 'a'.repeat(300)), '', 'its name is too long')
  })

  it('writes all of a file or nothing, whenever it is killed', { timeout: 60_000 }, async () => {
    const path = join(folder, 'state')
    const size = 3e6
    for (let round = 0; round < 6; round++) {
      const child = spawn(process.execPath, [...typescriptLoader, script, path, String(size), 'again'])
      await once(child.stdout, 'data')
      await sleep(Math.random() * 40)
      child.kill('SIGKILL')
      await once(child, 'exit')
      const bytes = await readFile(path)
      expect(bytes.length).toBe(size)
      expect(bytes.equals(Buffer.alloc(size, bytes[0]))).toBe(true)
    }
    await removeLeftovers(folder)
    expect(await readdir(folder)).toEqual(['state'])
  })

  it('does not write into what a killed process with the same id has left', async () => {
    // Killed between giving the file its name and taking the temporary one away, both name one file.
    const path = join(folder, 'state')
    await writeFile(path, 'old')
    const names = Array.from({ length: 200 }, (_, n) => `${path}.${process.pid}-${n}.tmp`)
    for (const name of names) await link(path, name)
    expect(await createWholeFile(path, 'new')).toBe('exists')
    expect(await readFile(path, 'utf8')).toBe('old')
    await removeLeftovers(folder)
    expect(await readdir(folder)).toEqual(['state'])
  })
})

describe('createWholeFile', () => {
  it('lets one of many make a file, and the others know', async () => {
    const path = join(folder, 'one')
    const outcomes = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((text) => createWholeFile(path, text)))
    expect(outcomes.filter((outcome) => outcome === 'made')).toHaveLength(1)
    expect(await readFile(path, 'utf8')).toBe('abcde'[outcomes.indexOf('made')])
    expect(await readdir(folder)).toEqual(['one'])
  })

  it('says why it cannot', async () => {
    const making = createWholeFile(join(folder, 'absent', 'one'), '')
    await expect(making).rejects.toThrow(UserError)
    await expect(making).rejects.toThrow('its folder does not exist')
  })
})

describe('removeLeftovers', () => {
  it('deletes what killed processes left unfinished, and nothing else', async () => {
    const killed = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
    await once(killed, 'exit')
    const ours = [`log.jsonl.${killed.pid}-1.tmp`, `log.jsonl.${process.pid}-99.tmp`, `a.b.c.${killed.pid}-12.tmp`]
    const others = [
      'log.jsonl',
      'notes.tmp',
      `log.jsonl.${killed.pid}.tmp`,
      `log.jsonl.${killed.pid}-1.tmp.png`,
      'log.jsonl.x-1.tmp',
      // Of a process that runs.
      `report.html.${process.ppid}-1.tmp`,
    ]
    const places = [folder, join(folder, 'samples'), join(folder, 'checkpoints'), join(folder, 'mine')]
    for (const place of places) {
      await mkdir(place, { recursive: true })
      for (const name of [...ours, ...others]) await writeFile(join(place, name), '')
    }
    await mkdir(join(folder, `folder.${killed.pid}-1.tmp`))

    await removeLeftovers(folder)

    expect((await readdir(folder)).toSorted()).toEqual(
      [...others, 'samples', 'checkpoints', 'mine', `folder.${killed.pid}-1.tmp`].toSorted(),
    )
    for (const place of places.slice(1, 3)) expect((await readdir(place)).toSorted()).toEqual(others.toSorted())
    expect(await readdir(join(folder, 'mine'))).toHaveLength(ours.length + others.length)
  })

  it('has nothing to do where there is nothing, and says where it cannot look', async () => {
    await removeLeftovers(folder)
    await removeLeftovers(join(folder, 'absent'))
    await writeFile(join(folder, 'samples'), '')
    await expect(removeLeftovers(folder)).rejects.toThrow(
      `Cannot read ${join(folder, 'samples')}: a part of its path is a file, not a folder.`,
    )
  })
})
