import { mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UserError } from '../tensor/errors.ts'
import { codeOf, fileError } from './file-error-node.ts'
import { runFolderAt } from './run-folder.ts'
import type { RunFolder } from './run-folder.ts'

/** The folder that holds runs nobody named. */
const shelf = 'runs'

/** What may stand in a folder whose run was killed before it began: its lock, and what was not finished. */
const isNothing = (name: string): boolean => name === 'run.lock' || name.endsWith('.tmp')

/**
 * Makes the folder of a new run, with nothing in it: the one that was asked for, which must not exist or be empty, else the
 * next free runs/<recipe>-<number>. Throws a UserError where it holds anything or cannot be made.
 */
export async function createRunFolder(recipe: string, wished?: string): Promise<RunFolder> {
  if (wished === undefined) return runFolderAt(await nextFree(recipe))
  await makeFolder(wished)
  const names = (await readdir(wished)).filter((name) => !isNothing(name))
  if (names.includes('options.json')) {
    throw new UserError(
      `${wished} holds a run already; go on with it by "forger resume ${wished}", or name a new folder.`,
    )
  }
  if (names.length > 0) {
    throw new UserError(`${wished} is not empty; name a new folder, so that nothing in this one is overwritten.`)
  }
  return runFolderAt(wished)
}

/** Makes the folders inside a run's folder, as far as they are missing. */
export async function makeParts({ samples, checkpoints }: RunFolder): Promise<void> {
  await makeFolder(samples)
  await makeFolder(checkpoints)
}

/** One more than the highest number there is. Two runs that start at once cannot get the same folder. */
async function nextFree(recipe: string): Promise<string> {
  await makeFolder(shelf)
  const numbers = (await readdir(shelf)).map((name) => numberAfter(`${recipe}-`, name))
  for (let number = Math.max(0, ...numbers) + 1; ; number++) {
    const path = join(shelf, `${recipe}-${number}`)
    if ((await makeFolder(path, { mustBeNew: true })) === 'made') return path
  }
}

function numberAfter(start: string, name: string): number {
  const rest = name.slice(start.length)
  return name.startsWith(start) && /^\d+$/.test(rest) ? Number(rest) : 0
}

async function makeFolder(path: string, { mustBeNew = false } = {}): Promise<'made' | 'exists'> {
  try {
    return await makeWithParents(path)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST' && (mustBeNew || (await stat(path)).isDirectory())) return 'exists'
    if (code !== 'EEXIST' && code !== 'ENOTDIR') throw fileError('make the folder', path, error)
    throw new UserError(`Cannot make the folder ${path}: a file of that name is in the way.`, { cause: error })
  }
}

/** Node's own recursive mkdir never comes back where a folder exists that takes no children, as /proc. */
async function makeWithParents(path: string): Promise<'made'> {
  try {
    await mkdir(path)
  } catch (error) {
    const isOrphan = codeOf(error) === 'ENOENT' && dirname(path) !== path
    if (!isOrphan) throw error
    await makeFolder(dirname(path))
    await mkdir(path)
  }
  return 'made'
}
