import { open } from 'node:fs/promises'
import { UserError } from '../tensor/errors.ts'

/** A file of JSON objects, one a line, that grows. */
export interface Log {
  /** Writes a whole line at once: whoever reads meanwhile sees at most one unfinished line, without a newline. */
  add(entry: Readonly<Record<string, number>>): Promise<void>
  close(): Promise<void>
}

/** A new log. Throws a UserError where it cannot be written. */
export async function createLog(path: string): Promise<Log> {
  const file = await open(path, 'ax').catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new UserError(`Cannot write ${path}: ${error.message}.`, { cause: error })
  })
  return {
    async add(entry) {
      await file.write(`${JSON.stringify(entry)}\n`)
    },
    close: () => file.close(),
  }
}
