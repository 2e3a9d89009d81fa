import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import type * as FileSystem from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { lockFolder } from '../../src/files/folder-lock-node.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { typescriptLoader } from '../cli/forger.ts'

const disk = vi.hoisted(() => ({ hasLinks: true }))
vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof FileSystem>()
  const noLinks = () => Promise.reject(Object.assign(new Error('EPERM: operation not permitted'), { code: 'EPERM' }))
  return { ...real, link: (from: string, to: string) => (disk.hasLinks ? real.link(from, to) : noLinks()) }
})

const isLinux = process.platform === 'linux'
const started: ChildProcess[] = []
let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'forger-lock-'))
  file = join(folder, 'run.lock')
})
afterEach(async () => {
  disk.hasLinks = true
  for (const child of started.splice(0)) await kill(child)
  rmSync(folder, { recursive: true })
})

const script = 'test/files/folder-lock-child.ts'

/** Another process, which takes the lock when it is asked to. */
async function startHolder() {
  const child = spawn(process.execPath, [...typescriptLoader, script, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  started.push(child)
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const next = async () => String((await lines.next()).value)
  const pid = Number((await next()).replace('pid ', ''))
  const ask = (line: 'take' | 'release') => {
    child.stdin.write(`${line}\n`)
    return next()
  }
  return { child, pid, ask }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** The id of a process that is over. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
  await once(child, 'exit')
  return child.pid ?? 0
}

const record = (changes: object) =>
  JSON.stringify({ pid: 1, host: hostname(), since: '2026-11-22T14:03:22.000Z', processStart: null, ...changes })

async function expectRefusal(...parts: string[]): Promise<void> {
  const before = readFileSync(file, 'utf8')
  const error: unknown = await lockFolder(folder).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UserError)
  for (const part of parts) expect(String(error)).toContain(part)
  expect(readFileSync(file, 'utf8')).toBe(before)
  expect(readdirSync(folder)).toEqual(['run.lock'])
}

/** This process gets the lock, and leaves nothing else behind. */
async function expectTaken(): Promise<void> {
  const lock = await lockFolder(folder)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() })
  expect(readdirSync(folder)).toEqual(['run.lock'])
  await lock.release()
  expect(readdirSync(folder)).toEqual([])
}

describe('lockFolder', () => {
  it('refuses what another process holds, says which, and takes it when that lets go', async () => {
    const holder = await startHolder()
    expect(await holder.ask('take')).toBe('taken')
    await expectRefusal(`Another process (pid ${holder.pid}, since `, `is training in ${folder}; let it end or stop it`)
    expect(await holder.ask('release')).toBe('released')
    await expectTaken()
  })

  it('refuses what this process holds already', async () => {
    const lock = await lockFolder(folder)
    await expectRefusal('This process is training in', 'close that run first')
    await lock.release()
    await expectTaken()
  })

  it('takes over, at once, from a process that was killed', async () => {
    const holder = await startHolder()
    await holder.ask('take')
    holder.child.kill('SIGKILL')
    await expectTaken()
  })

  it.runIf(isLinux)('takes over from a killed process whose parent never asks how it ended', async () => {
    const command = [process.execPath, ...typescriptLoader, script, folder].map((part) => `'${part}'`).join(' ')
    // The shell becomes a sleep, which knows nothing of the child that it has.
    const parent = spawn('sh', ['-c', `(echo take; sleep 60) | ${command} & exec sleep 60`], { detached: true })
    try {
      const lines = createInterface(parent.stdout)[Symbol.asyncIterator]()
      const pid = Number(String((await lines.next()).value).replace('pid ', ''))
      expect((await lines.next()).value).toBe('taken')
      process.kill(pid, 'SIGKILL')
      await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z '), 5000)
      await expectTaken()
    } finally {
      process.kill(-(parent.pid ?? 0), 'SIGKILL')
    }
  })

  it.runIf(isLinux)('takes over where the id of the dead process is used again', async () => {
    const stranger = await startHolder()
    for (const pid of [stranger.pid, process.pid]) {
      writeFileSync(file, record({ pid, processStart: '123 an earlier start of the system' }))
      await expectTaken()
    }
    await stranger.ask('take')
    expect(JSON.parse(readFileSync(file, 'utf8')).processStart).toMatch(/^\d+ [0-9a-f-]{36}$/)
  })

  it('believes a live process whose start the system did not tell', async () => {
    const { pid } = await startHolder()
    writeFileSync(file, record({ pid, processStart: null }))
    await expectRefusal(`pid ${pid}, since 2026-11-2`)
  })

  it('leaves a lock of another host alone, and says which file to delete', async () => {
    writeFileSync(file, record({ pid: await deadPid(), host: 'atelier' }))
    await expectRefusal('on the host atelier (pid ', `is training in ${folder}; if it is gone, delete ${file}.`)
  })

  it.each([
    ['nothing', ''],
    ['half of a record', record({}).slice(0, 40)],
    ['another process id than there can be', record({ pid: 2 ** 40 })],
    ['a group of processes', record({ pid: -1 })],
    ['no record', '7'],
  ])('takes a lock that holds %s for one that is being written, but not for long', async (_name, text) => {
    writeFileSync(file, text)
    await expectRefusal('Another process begins to train')
    const longAgo = Date.now() / 1000 - 10
    utimesSync(file, longAgo, longAgo)
    await expectTaken()
  })

  it('is not stopped by one who was killed while he took over, or while he wrote', async () => {
    const dead = record({ pid: await deadPid() })
    writeFileSync(file, dead)
    writeFileSync(`${file}.takeover.tmp`, dead)
    writeFileSync(`${file}.takeover.tmp.takeover.tmp`, dead)
    await expectTaken()
  })

  it('says why it cannot write', async () => {
    await expect(lockFolder(join(folder, 'absent'))).rejects.toThrow('run.lock: its folder does not exist.')
    mkdirSync(file)
    await expect(lockFolder(folder)).rejects.toThrow(`Cannot read ${file}: it is a folder, not a file.`)
  })

  it('works where there are no links', async () => {
    disk.hasLinks = false
    const lock = await lockFolder(folder)
    await expectRefusal('This process is training in')
    await lock.release()
    writeFileSync(file, record({ pid: await deadPid() }))
    await expectTaken()
  })
})

describe('a lock that is released', () => {
  it('is gone, and does no harm to a later one when it is released again', async () => {
    const lock = await lockFolder(folder)
    await Promise.all([lock.release(), lock.release()])
    expect(existsSync(file)).toBe(false)
    const later = await lockFolder(folder)
    await lock.release()
    await expectRefusal('This process is training in')
    await later.release()
  })

  it('leaves what somebody else has put in its place', async () => {
    const lock = await lockFolder(folder)
    writeFileSync(file, record({ host: 'atelier' }))
    await lock.release()
    expect(readFileSync(file, 'utf8')).toContain('atelier')
    rmSync(file)
    await (await lockFolder(folder)).release()
  })
})

describe('processes that want the same folder', () => {
  it('get it one at a time, when they race for the lock of a dead one', { timeout: 120_000 }, async () => {
    const racers = await Promise.all(Array.from({ length: 8 }, startHolder))
    const dead = record({ pid: await deadPid() })
    for (let round = 0; round < 5; round++) {
      writeFileSync(file, dead)
      if (round % 2 === 1) writeFileSync(`${file}.takeover.tmp`, dead)
      const answers = await Promise.all(racers.map(({ ask }) => ask('take')))
      expect(answers.filter((answer) => answer === 'taken')).toHaveLength(1)
      expect(answers.filter((answer) => answer.includes('is training in'))).toHaveLength(7)
      const winner = racers[answers.indexOf('taken')]
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: winner.pid })
      expect(await winner.ask('release')).toBe('released')
      expect(readdirSync(folder)).toEqual([])
    }
  })

  it('never have it together, however many are killed', { timeout: 120_000 }, async () => {
    const journal = join(folder, 'journal')
    const begin = () => {
      const child = spawn(process.execPath, [...typescriptLoader, script, folder, journal], { stdio: 'inherit' })
      started.push(child)
      return child
    }
    const children = Array.from({ length: 3 }, begin)
    const lines = () => (existsSync(journal) ? readFileSync(journal, 'utf8').trim().split('\n') : [])
    const killed = new Set<number>()
    for (let round = 0; round < 10; round++) {
      const before = lines().length
      await vi.waitFor(() => expect(lines().length).toBeGreaterThan(before + 3), { timeout: 30_000, interval: 5 })
      await sleep(Math.random() * 20)
      // Every other time the one who had it last, and perhaps has it still.
      const last = children.findIndex(({ pid }) => lines().at(-1)?.endsWith(` ${pid}`))
      const [victim] = children.splice(round % 2 === 0 ? Math.max(0, last) : round % children.length, 1)
      killed.add(victim.pid ?? 0)
      await kill(victim)
      children.push(begin())
    }
    for (const child of children) {
      killed.add(child.pid ?? 0)
      await kill(child)
    }

    const entries = lines().map((line) => ({ event: line.split(' ')[0], pid: Number(line.split(' ')[1]) }))
    let inside: number | undefined
    for (const { event, pid } of entries) {
      if (event === 'leave') expect(pid).toBe(inside)
      else if (inside !== undefined) expect(killed).toContain(inside)
      inside = event === 'enter' ? pid : undefined
    }
    rmSync(journal)
    const lock = await lockFolder(folder)
    await lock.release()
  })
})
