import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileError } from '../../files/file-error-node.ts'
import { parseLog } from './log-lines.ts'
import type { LogExtent, LogLine } from './log-lines.ts'
import { stepOf } from './run-files.ts'
import type { RunFolder } from './run-folder.ts'
import { removeFile } from '../../files/whole-file-node.ts'

/**
 * Makes a run's folder what it was at a step, after so many rollbacks: later pictures and checkpoints go, as they will be
 * made again. Gives the log up to there, for whoever is going to write it.
 */
export async function rewind(folder: RunFolder, extent: LogExtent): Promise<LogLine[]> {
  for (const part of [folder.samples, folder.checkpoints]) {
    for (const name of await namesIn(part)) {
      if ((stepOf(name) ?? 0) > extent.step) await removeFile(join(part, name))
    }
  }
  return readLog(folder, extent)
}

/** That part of a run's log (all of it unless told); empty where there is none yet. */
export async function readLog({ log }: RunFolder, extent?: LogExtent): Promise<LogLine[]> {
  try {
    return parseLog(await readFile(log, 'utf8'), extent)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw fileError('read', log, error)
  }
}

const namesIn = (path: string): Promise<string[]> =>
  readdir(path).catch((error: unknown) => {
    throw fileError('read', path, error)
  })
