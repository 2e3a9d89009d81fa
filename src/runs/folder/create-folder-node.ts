import { mkdir, readdir, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UserError } from '../../tensor/errors.ts'
import { codeOf, fileError } from '../../files/file-error-node.ts'
import { runFolderAt } from './run-folder.ts'
import type { RunFolder } from './run-folder.ts'

/** The folder that holds runs nobody named. */
const shelf = 'runs'

/** What may stand in a folder whose run was killed before it began: its lock, and what was not finished. */
const isNothing = (name: string): boolean => name === 'run.lock' || name.endsWith('.tmp')

/** The folder of a run that has not begun. */
interface NewRunFolder extends RunFolder {
  /** Removes all folders that were made for it, as far as nothing has been put there. */
  discard(): Promise<void>
}

/**
 * Makes the folder of a new run, with nothing in it: the one that was asked for, which must not exist or be empty, else the
 * next free runs/<recipe>-<number>. Throws a UserError where it holds anything or cannot be made.
 */
export async function createRunFolder(recipe: string, wished?: string): Promise<NewRunFolder> {
  if (wished === undefined) return nextFree(recipe)
  const made = await makeFolder(wished)
  const names = (await namesIn(wished)).filter((name) => !isNothing(name))
  if (names.includes('options.json')) {
    throw new UserError(
      `${wished} holds a run already; go on with it by "forger resume ${wished}", or name a new folder.`,
    )
  }
  if (names.length > 0) {
    throw new UserError(`${wished} is not empty; name a new folder, so that nothing in this one is overwritten.`)
  }
  return newFolder(wished, made)
}

const newFolder = (path: string, made: readonly string[]): NewRunFolder => ({
  ...runFolderAt(path),
  discard: () => removeEmpty(made),
})

/** Makes the folders inside a run's folder, as far as they are missing. */
export async function makeParts({ samples, checkpoints }: RunFolder): Promise<void> {
  await makeFolder(samples)
  await makeFolder(checkpoints)
}

/** One more than the highest number there is. Two runs that start at once cannot get the same folder. */
async function nextFree(recipe: string): Promise<NewRunFolder> {
  const made = await makeFolder(shelf)
  const numbers = (await namesIn(shelf)).map((name) => numberAfter(`${recipe}-`, name))
  for (let number = Math.max(0, ...numbers) + 1; ; number++) {
    const path = join(shelf, `${recipe}-${number}`)
    const own = await makeFolder(path, { mustBeNew: true })
    if (own.length > 0) return newFolder(path, [...made, ...own])
  }
}

function numberAfter(start: string, name: string): number {
  const rest = name.slice(start.length)
  return name.startsWith(start) && /^\d+$/.test(rest) ? Number(rest) : 0
}

const namesIn = (path: string): Promise<string[]> =>
  readdir(path).catch((error: unknown) => {
    throw fileError('read', path, error)
  })

/** Gives the folders that were missing, outermost first: none where it exists, and all of them or, with a UserError, none. */
async function makeFolder(path: string, { mustBeNew = false } = {}): Promise<readonly string[]> {
  let parents: readonly string[] = []
  try {
    // Node's own recursive mkdir never comes back where a folder exists that takes no children, as /proc.
    await mkdir(path).catch(async (error: unknown) => {
      if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error
      parents = await makeFolder(dirname(path))
      await mkdir(path)
    })
    return [...parents, path]
  } catch (error) {
    await removeEmpty(parents)
    const code = codeOf(error)
    if (code === 'EEXIST' && (mustBeNew || (await isFolder(path)))) return []
    if (code !== 'EEXIST' && code !== 'ENOTDIR') throw fileError('make the folder', path, error)
    throw new UserError(`Cannot make the folder ${path}: a file of that name is in the way.`, { cause: error })
  }
}

/** A link to nothing is none. */
const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  )

async function removeEmpty(folders: readonly string[]): Promise<void> {
  for (const path of folders.toReversed()) await rmdir(path).catch(() => {})
}
