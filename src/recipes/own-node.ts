import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import module from 'node:module'
import { extname, resolve as absolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as z from 'zod'
import { reading } from '../data/read-file-node.ts'
import { UserError } from '../tensor/errors.ts'
import { isPath, ownRecipes } from './own.ts'
import type { Recipe } from './recipe.ts'
import { settingOf } from './setting.ts'

/**
 * Makes the recipe in a file of the user's own known under its path, so that `recipeNamed` finds it; does nothing for a name.
 * Throws a UserError of one sentence where the file is missing, cannot be run or gives no recipe.
 */
export async function loadOwnRecipe(name: unknown): Promise<void> {
  if (typeof name !== 'string' || !isPath(name)) return
  const fingerprint = await fingerprintOf(name)
  if (ownRecipes.get(name)?.fingerprint === fingerprint) return
  ownRecipes.set(name, { recipe: recipeIn(name, await run(name, fingerprint)), fingerprint })
}

/** Of the file itself: what it imports from elsewhere is not looked at. */
async function fingerprintOf(path: string): Promise<string> {
  const bytes = await reading('file', path, async () => {
    if (!(await stat(path)).isFile()) throw new UserError(`${path} is no file; name one that gives a recipe.`)
    return readFile(path)
  })
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32)
}

const isTypeScript = (path: string): boolean => /\.m?ts$/.test(path)

const nodeRunsTypeScript = 'typescript' in process.features && Boolean(process.features.typescript)

async function run(path: string, fingerprint: string): Promise<unknown> {
  if (!isTypeScript(path) && !/\.m?js$/.test(path)) {
    throw new UserError(
      `${path} is neither TypeScript nor JavaScript that can be imported; a recipe's file ends in .ts, .js or .mjs.`,
    )
  }
  if (isTypeScript(path) && !nodeRunsTypeScript) {
    throw new UserError(
      `Node ${process.versions.node} cannot run ${path}, which is TypeScript; write the recipe in JavaScript, or take Node 22.18 or newer.`,
    )
  }
  findOurselves()
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

/** What `recipe` gives, whatever it was given. */
const parts = z.object({
  name: z.string().regex(/^[\w.-]{1,60}$/),
  summary: z.string().regex(/^\P{Cc}+$/u),
  defaults: z.object({
    batch: z.int().min(1),
    learningRate: z.number().positive(),
    discriminatorSteps: z.int().min(1),
    steps: z.int().min(1),
    minutes: z.number().positive(),
  }),
  data: z.string().min(1),
  settings: z.instanceof(z.ZodObject).refine((settings) => settings.safeParse({}).success),
  game: z.function(),
})

function recipeIn(path: string, loaded: unknown): Recipe {
  const exported: unknown = typeof loaded === 'object' && loaded && 'default' in loaded ? loaded.default : undefined
  if (exported === undefined) {
    throw new UserError(`${path} has no default export; end it with export default recipe({ ... }).`)
  }
  if (!isRecipe(exported)) {
    const [issue] = parts.safeParse(exported).error?.issues ?? []
    const where = issue.path.join('.')
    throw new UserError(
      `What ${path} exports by default is no recipe${where && `, for its ${where} is missing or wrong`}; make it by recipe({ ... }) of forger-gan.`,
    )
  }
  try {
    settingOf(exported.settings)
  } catch (error) {
    throw new UserError(`A setting of ${path} is of a kind that cannot be told: ${firstLine(error)}.`, { cause: error })
  }
  return { ...exported, game: (options) => blaming(path, () => exported.game(options)) }
}

const isRecipe = (value: unknown): value is Recipe => parts.safeParse(value).success

/** Whatever is wrong with the game of somebody's own file is theirs to mend. */
function blaming<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`The game of ${path} cannot be made: ${firstLine(error)}.`, { cause: error })
  }
}

/** What was thrown, in one sentence without its end. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return text
    .split('\n', 1)[0]
    .slice(0, 300)
    .replace(/[.\s]+$/, '')
}
