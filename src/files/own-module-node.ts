import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import module from 'node:module'
import { extname, resolve as absolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as z from 'zod'
import { UserError } from '../tensor/errors.ts'
import { admitModule } from './admit-module-node.ts'
import { reading } from './read-file-node.ts'

/** A kind of value that a user's own file may export by default: a recipe, a data source. */
export interface OwnKind<Value> {
  /** In messages: 'recipe'. */
  readonly what: string
  /** The function of forger-gan that makes one: 'recipe'. */
  readonly maker: string
  /** What it consists of; whatever fits is a `Value`. */
  readonly parts: z.ZodType
  /** Never there: it only ties the kind to the type of its values. */
  readonly value?: Value
}

/** What a user's own file gives. */
export interface OwnModule<Value> {
  /** Its default export. */
  readonly value: Value
  /** A hash of the file itself; files that it imports do not count. */
  readonly fingerprint: string
}

/**
 * Runs a file of a user's own and gives what it exports by default. Throws a UserError of one sentence where the file is missing, cannot
 * be run or exports something else.
 */
export async function loadOwnModule<Value>(path: string, kind: OwnKind<Value>): Promise<OwnModule<Value>> {
  const { what } = kind
  const fingerprint = await fingerprintOf(path, what)
  await admitModule({ path, fingerprint, what })
  findOurselves()
  return { value: exportedBy(path, kind, await imported(path, fingerprint)), fingerprint }
}

/** What a user's own code threw, as a UserError: 'The game of own.ts cannot be made: TypeError: x is undefined.' */
export const blamed = (failure: string, error: unknown): UserError =>
  error instanceof UserError ? error : new UserError(`${failure}: ${firstLine(error)}.`, { cause: error })

async function fingerprintOf(path: string, what: string): Promise<string> {
  const bytes = await reading('file', path, async () => {
    if (!(await stat(path)).isFile()) throw new UserError(`${path} is no file; name one that gives a ${what}.`)
    return readFile(path)
  })
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32)
}

async function imported(path: string, fingerprint: string): Promise<unknown> {
  try {
    // A file that has changed is another module.
    const loaded: unknown = await import(`${pathToFileURL(absolute(path)).href}?${fingerprint}`)
    return loaded
  } catch (error) {
    throw new UserError(`${path} cannot be run: ${firstLine(error)}.`, { cause: error })
  }
}

let canFindOurselves = false

/**
 * Lets 'forger-gan' in such a file mean the library that runs it, wherever that is installed: two copies would not know each
 * other's errors.
 */
function findOurselves(): void {
  if (canFindOurselves) return
  canFindOurselves = true
  const library = new URL(`../index${extname(import.meta.url)}`, import.meta.url).href
  if ('registerHooks' in module && typeof module.registerHooks === 'function') {
    const resolve: module.ResolveHook = (specifier, context, next) =>
      next(specifier === 'forger-gan' ? library : specifier, context)
    module.registerHooks({ resolve })
  } else {
    // Before Node 22.15, on a thread of its own.
    const hook = `export const resolve = (specifier, context, next) =>
      next(specifier === 'forger-gan' ? ${JSON.stringify(library)} : specifier, context)`
    module.register(`data:text/javascript,${encodeURIComponent(hook)}`)
  }
}

function exportedBy<Value>(path: string, kind: OwnKind<Value>, loaded: unknown): Value {
  const { what, maker, parts } = kind
  const exported: unknown = typeof loaded === 'object' && loaded && 'default' in loaded ? loaded.default : undefined
  if (exported === undefined) {
    throw new UserError(`${path} has no default export; end it with export default ${maker}({ ... }).`)
  }
  if (fits(kind, exported)) return exported
  const [issue] = parts.safeParse(exported).error?.issues ?? []
  const where = issue.path.join('.')
  throw new UserError(
    `What ${path} exports by default is no ${what}${where && `, for its ${where} is missing or wrong`}; make it by ${maker}({ ... }) of forger-gan.`,
  )
}

const fits = <Value>({ parts }: OwnKind<Value>, value: unknown): value is Value => parts.safeParse(value).success

/** What was thrown, in one sentence without its end. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return text
    .split('\n', 1)[0]
    .slice(0, 300)
    .replace(/[.\s]+$/, '')
}
