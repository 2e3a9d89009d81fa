import { mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UserError } from '../tensor/errors.ts'

/** Where the parts of a run lie. */
export interface RunFolder {
  readonly path: string
  readonly options: string
  readonly log: string
  readonly model: string
  /** The picture after that many steps. */
  samplesAt(step: number): string
  readonly finalSamples: string
}

/** The folder that holds runs nobody named. */
const shelf = 'runs'

/**
 * Makes the folder of a new run: the one that was asked for, which must not exist or be empty, else the next free
 * runs/<recipe>-<number>. Throws a UserError where it holds anything or cannot be made.
 */
export async function createRunFolder(recipe: string, wished?: string): Promise<RunFolder> {
  const path = wished ?? (await nextFree(recipe))
  if (wished !== undefined) {
    await makeFolder(wished)
    if ((await readdir(wished)).length > 0) {
      throw new UserError(`${wished} is not empty; name a new folder, so that nothing in this one is overwritten.`)
    }
  }
  await makeFolder(join(path, 'samples'))
  return {
    path,
    options: join(path, 'options.json'),
    log: join(path, 'log.jsonl'),
    model: join(path, 'generator.onnx'),
    samplesAt: (step) => join(path, 'samples', `step-${String(step).padStart(6, '0')}.png`),
    finalSamples: join(path, 'samples', 'final.png'),
  }
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
    if (!(error instanceof Error && 'code' in error)) throw error
    const exists = error.code === 'EEXIST'
    if (exists && (mustBeNew || (await stat(path)).isDirectory())) return 'exists'
    const reason = exists || error.code === 'ENOTDIR' ? 'a file of that name is in the way' : error.message
    throw new UserError(`Cannot make the folder ${path}: ${reason}.`, { cause: error })
  }
}

/** Node's own recursive mkdir never comes back where a folder exists that takes no children, as /proc. */
async function makeWithParents(path: string): Promise<'made'> {
  try {
    await mkdir(path)
  } catch (error) {
    const isOrphan = error instanceof Error && 'code' in error && error.code === 'ENOENT' && dirname(path) !== path
    if (!isOrphan) throw error
    await makeFolder(dirname(path))
    await mkdir(path)
  }
  return 'made'
}
