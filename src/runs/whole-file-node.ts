import { open, rename, rm } from 'node:fs/promises'
import { UserError } from '../tensor/errors.ts'

/** Numbers the temporary names, so that two writes to one path cannot meet in one file. */
let writes = 0

/**
 * Writes a file so that its name only ever holds all of it: to a name of its own beside it, flushed to the disk, then
 * renamed. Throws a UserError where the place cannot be written to.
 */
export async function writeWholeFile(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${process.pid}-${++writes}.tmp`
  try {
    const file = await open(temporary, 'w')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    if (!(error instanceof Error && 'code' in error)) throw error
    const reason = error.code === 'ENOENT' ? 'its folder does not exist' : error.message
    throw new UserError(`Cannot write ${path}: ${reason}.`, { cause: error })
  }
}
