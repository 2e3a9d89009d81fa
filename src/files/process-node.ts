import { readFile } from 'node:fs/promises'
import { codeOf } from './file-error-node.ts'

/** The largest process id there can be: they are 32-bit integers. */
export const largestPid = 2 ** 31 - 1

/**
 * Whether a process with this id runs. One that was killed counts as gone even while nobody has taken note of its end, as
 * in a container whose first process does not care for orphans.
 */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // Not permitted: it is there, but another user's.
    return codeOf(error) === 'EPERM'
  }
  const state = (await statusOf(pid))?.[0]
  return state !== 'Z' && state !== 'X'
}

/**
 * When a process began, on Linux: in ticks since the system started, and which start of the system that was. Of all
 * processes that ever have the same id, no two began at once. Null where the system does not tell.
 */
export async function startOf(pid: number): Promise<string | null> {
  const ticks = (await statusOf(pid))?.[19]
  if (ticks === undefined) return null
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  return `${ticks} ${boot.trim()}`.trim()
}

/** The fields of /proc/<pid>/stat (proc(5)) after the name, which may itself hold spaces and brackets: the state is first. */
async function statusOf(pid: number): Promise<string[] | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return line?.slice(line.lastIndexOf(')') + 2).split(' ')
}
