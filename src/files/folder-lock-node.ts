import { readFile, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { UserError } from '../tensor/errors.ts'
import { codeOf, fileError } from './file-error-node.ts'
import { isRunning, largestPid, startOf } from './process-node.ts'
import { createWholeFile, writeWholeFile } from './whole-file-node.ts'

/** The right to train in a folder. */
export interface FolderLock {
  /** Gives it back. A process that ends without that, however it ends, is in nobody's way either. */
  release(): Promise<void>
}

/** What run.lock says: who has the folder. */
const lockRecord = z.object({
  pid: z.int().min(1).max(largestPid),
  host: z.string(),
  since: z.iso.datetime(),
  /** As startOf gives it: ids are used again, in containers all the time. */
  processStart: z.string().nullable(),
})

type LockRecord = z.infer<typeof lockRecord>

/** A lock that says nothing is about to be written, where a file system has no links; or never will be, if it is older. */
const writingMs = 5000

/** A process that was killed takes a moment to end, longer the more memory it has. */
const endingMs = 500
const pauseMs = 50

/**
 * Takes a folder for this process: until it lets go or ends, nobody else can. Throws a UserError that says who has it, even
 * if that is this process itself, and where the folder cannot be written to.
 */
export async function lockFolder(path: string): Promise<FolderLock> {
  const file = join(path, 'run.lock')
  const { pid } = process
  const record: LockRecord = {
    pid,
    host: hostname(),
    since: new Date().toISOString(),
    processStart: await startOf(pid),
  }
  const text = `${JSON.stringify(record)}\n`
  await take(file, text, path)
  let released: Promise<void> | undefined
  return { release: () => (released ??= giveBack(file, text)) }
}

/**
 * Makes the file, or takes it over from a dead process. Only who holds a second lock may do the latter, and judges the
 * first one again when he does: of two who see the same dead process, the slower would else remove the lock of the quicker.
 * The second lock is taken in the same way, since its holder may have been killed as well.
 */
async function take(file: string, text: string, folder: string): Promise<void> {
  while ((await createWholeFile(file, text)) === 'exists') {
    if ((await lockState(file, folder)) === 'gone') continue
    // The ending tells others that it is nothing to keep.
    const takeover = `${file}.takeover.tmp`
    await take(takeover, text, folder)
    try {
      if ((await lockState(file, folder)) === 'gone') continue
      return await writeWholeFile(file, text)
    } finally {
      await giveBack(takeover, text)
    }
  }
}

/** Throws a UserError where somebody holds a lock that existed a moment ago, and goes on holding it for another moment. */
async function lockState(file: string, folder: string): Promise<'dead' | 'gone'> {
  for (let waited = 0; ; waited += pauseMs) {
    const found = await readLock(file)
    if (found === undefined) return 'gone'
    const record = parseRecord(found.text)
    const isHeld = record === undefined ? found.age <= writingMs : await isHolder(record)
    if (!isHeld) {
      // It may have let go before it ended. Only what is there now cannot be changed by it any more.
      if ((await readLock(file))?.text === found.text) return 'dead'
    } else if (waited >= endingMs || record?.pid === process.pid || isElsewhere(record)) {
      throw new UserError(refusal(record, file, folder))
    }
    await sleep(pauseMs)
  }
}

function refusal(record: LockRecord | undefined, file: string, folder: string): string {
  if (record === undefined)
    return `Another process begins to train in ${folder} this very moment; let it, or try again.`
  const { pid, host } = record
  const since = `since ${clock(record.since)}`
  if (isElsewhere(record)) {
    return `A process on the host ${host} (pid ${pid}, ${since}) is training in ${folder}; if it is gone, delete ${file}.`
  }
  return pid === process.pid
    ? `This process is training in ${folder} already (${since}); close that run first.`
    : `Another process (pid ${pid}, ${since}) is training in ${folder}; let it end or stop it first.`
}

/** Whether only a person can tell if the holder still runs. */
const isElsewhere = (record: LockRecord | undefined): boolean => record !== undefined && record.host !== hostname()

async function isHolder(record: LockRecord): Promise<boolean> {
  if (isElsewhere(record)) return true
  if (!(await isRunning(record.pid))) return false
  const start = await startOf(record.pid)
  return start === null || record.processStart === null || start === record.processStart
}

/** Its text, and how many milliseconds away its last change is, in either direction: clocks of network drives differ. */
async function readLock(file: string): Promise<{ text: string; age: number } | undefined> {
  try {
    const { mtimeMs } = await stat(file)
    return { text: await readFile(file, 'utf8'), age: Math.abs(Date.now() - mtimeMs) }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw fileError('read', file, error)
  }
}

function parseRecord(text: string): LockRecord | undefined {
  try {
    return lockRecord.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Removes a lock that is still what we wrote. */
async function giveBack(file: string, text: string): Promise<void> {
  if ((await readLock(file))?.text !== text) return
  await rm(file, { force: true }).catch((error: unknown) => {
    throw fileError('delete', file, error)
  })
}

/** '14:03:22' by the local clock, after the date where that is not today's. */
function clock(since: string): string {
  const [then, today] = [new Date(since), new Date()].map((time) => ({
    date: `${time.getFullYear()}-${twoDigits(time.getMonth() + 1)}-${twoDigits(time.getDate())}`,
    time: `${twoDigits(time.getHours())}:${twoDigits(time.getMinutes())}:${twoDigits(time.getSeconds())}`,
  }))
  return then.date === today.date ? then.time : `${then.date} ${then.time}`
}

const twoDigits = (number: number): string => String(number).padStart(2, '0')
