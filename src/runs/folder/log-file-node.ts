import { open } from 'node:fs/promises'
import { fileError } from '../../files/file-error-node.ts'
import { lineInFile } from './log-lines.ts'
import type { LogLine } from './log-lines.ts'
import { writeWholeFile } from '../../files/whole-file-node.ts'

/** A file of JSON objects, one a line, that grows. */
export interface Log {
  /** Writes a whole line at once: whoever reads meanwhile sees at most one unfinished line, without a newline. */
  add(line: LogLine): Promise<void>
  close(): Promise<void>
}

const textOf = (line: LogLine): string => `${JSON.stringify(lineInFile(line))}\n`

/** A log that holds the kept lines and no others, whatever was there. Throws a UserError where it cannot be written. */
export async function openLog(path: string, kept: readonly LogLine[]): Promise<Log> {
  const failed = (error: unknown): never => {
    throw fileError('write', path, error)
  }
  await writeWholeFile(path, kept.map(textOf).join(''))
  const file = await open(path, 'a').catch(failed)
  return {
    add: (line) => file.appendFile(textOf(line)).catch(failed),
    close: () => file.close(),
  }
}
