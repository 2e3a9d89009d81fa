import { readFile, rm, writeFile } from 'node:fs/promises'

/** A place that one process works at. */
export interface WorkPlace {
  /** How names of files on the way begin. */
  readonly path: string
  leave(): Promise<void>
}

const held = new Set<string>()
let others = 0

/**
 * The place of all work on `path`, where what was left half-done is found again; where somebody is at work there already,
 * another one that nobody else knows.
 */
export async function takeWorkPlace(path: string): Promise<WorkPlace> {
  const lock = `${path}.lock`
  const isFree = await writeFile(lock, String(process.pid), { flag: 'wx' }).then(
    () => true,
    () => false,
  )
  if (!isFree && (await isAtWork(lock))) {
    return { path: `${path}.${process.pid}-${++others}`, leave: async () => {} }
  }
  if (!isFree) await writeFile(lock, String(process.pid))
  held.add(lock)
  return {
    path,
    async leave() {
      held.delete(lock)
      await rm(lock, { force: true })
    },
  }
}

async function isAtWork(lock: string): Promise<boolean> {
  const holder = Number(await readFile(lock, 'utf8').catch(() => ''))
  // After a restart, a process may have the number that another one had.
  return holder === process.pid ? held.has(lock) : isAlive(holder)
}

/** Whether a file on the way is one of a place of somebody's own, who is gone. */
export function isAbandoned(name: string): boolean {
  const [, holder = null] = /\.(\d+)-\d+\.\w+$/.exec(name) ?? []
  return holder !== null && !isAlive(Number(holder))
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid < 1) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
