import { link, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { codeOf, fileError } from './file-error-node.ts'
import { isRunning } from './process-node.ts'

/** Numbers the temporary names, so that two writes to one path cannot meet in one file. */
let writes = 0

const temporaryName = /\.(\d+)-\d+\.tmp$/

/**
 * Writes a file so that its name only ever holds all of it: to a name of its own beside it, flushed to the disk, then
 * renamed. Throws a UserError where the place cannot be written to.
 */
export async function writeWholeFile(path: string, bytes: Uint8Array | string): Promise<void> {
  await throughTemporary(path, bytes, async (temporary) => {
    await rename(temporary, path)
    await flushFolder(dirname(path))
  })
}

/** Writes a file in the same way, but only where its name is free: of all who try at once, exactly one makes it. */
export async function createWholeFile(path: string, bytes: Uint8Array | string): Promise<'made' | 'exists'> {
  return throughTemporary(path, bytes, async (temporary) => {
    try {
      await link(temporary, path).catch((error: unknown) => {
        if (codeOf(error) === 'EEXIST') throw error
        // No hard links here, as on FAT: then the file is made first, and filled a moment later.
        return writeFile(path, bytes, { flag: 'wx' })
      })
      return 'made'
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return 'exists'
      throw error
    }
  })
}

/**
 * Deletes the unfinished files that killed processes left in a run's folder, in its samples/ and its checkpoints/. Those of
 * other processes that run are left alone; this one must not be writing there.
 */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const place of [folder, join(folder, 'samples'), join(folder, 'checkpoints')]) {
    for (const name of await fileNames(place)) {
      const pid = Number(temporaryName.exec(name)?.[1] ?? NaN)
      if (Number.isNaN(pid) || (pid !== process.pid && (await isRunning(pid)))) continue
      await removeFile(join(place, name))
    }
  }
}

/** Deletes a file, if there is one. Throws a UserError where it cannot. */
export const removeFile = (path: string): Promise<void> =>
  rm(path, { force: true }).catch((error: unknown) => {
    throw fileError('delete', path, error)
  })

async function throughTemporary<T>(
  path: string,
  bytes: Uint8Array | string,
  putInPlace: (temporary: string) => Promise<T>,
): Promise<T> {
  const temporary = `${path}.${process.pid}-${++writes}.tmp`
  try {
    // What a killed process with our id left under this name may be a link to the very file that it made.
    await rm(temporary, { force: true })
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    return await putInPlace(temporary)
  } catch (error) {
    throw fileError('write', path, error)
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

/** Without this a power cut could take a new name back. Windows and some file systems cannot, and need not. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path).catch(() => undefined)
  try {
    await folder?.sync().catch((error: unknown) => {
      if (codeOf(error) === 'EIO' || codeOf(error) === 'ENOSPC') throw error
    })
  } finally {
    await folder?.close()
  }
}

/** Nothing where there is no such folder. */
async function fileNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).filter((file) => file.isFile()).map(({ name }) => name)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw fileError('read', folder, error)
  }
}
