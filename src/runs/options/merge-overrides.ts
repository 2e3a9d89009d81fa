import * as z from 'zod'
import { arePoints } from '../../data/sources.ts'
import { recipeNamed, recipes } from '../../recipes/index.ts'
import type { Recipe } from '../../recipes/index.ts'
import { dotted, isGroup, readSettings, valueAt } from '../../recipes/read-settings.ts'
import { settingAt, settingOf } from '../../recipes/setting.ts'
import { UserError } from '../../tensor/errors.ts'
import { runOptions } from './run-options.ts'
import type { RunOptions } from './run-options.ts'
import { valueOfText } from './text-value.ts'

type Path = readonly string[]

/** Options set by a file or on a command line, over those before. */
export interface Override {
  /** Where it belongs among the options; [] where it is a tree of them. */
  readonly path: Path
  /** A value, or text that becomes whatever value is expected there. */
  readonly given: { readonly value: unknown } | { readonly text: string }
  /** How messages name a path in it: '--set game.latent'. */
  name(path: Path): string
  /** The file that sets them; null on a command line, where people see what they wrote. */
  readonly file: string | null
}

/** When a run ends at the latest, at whichever comes first: one decision, in up to three numbers. */
const limits: readonly string[] = ['steps', 'epochs', 'minutes'] satisfies (keyof RunOptions)[]

/** The same decision with whether it ends by itself, which is usual where there are no limits. */
const ends: readonly string[] = [...limits, 'stop' satisfies keyof RunOptions]

/** All options of a run with this recipe, as one schema. */
export const optionsWith = (recipe: Recipe) =>
  z.strictObject({ ...runOptions.shape, game: recipe.settings.prefault({}).describe("the recipe's own settings") })

/**
 * The options of a run: defaults, with each override over those before it, and the recipe's settings complete. A limit from
 * the command line replaces all limits that files set. Throws a UserError of one sentence that says which override sets an
 * unknown option or a wrong value.
 */
export function mergeOverrides(all: readonly Override[]): RunOptions {
  const recipe = recipeOf(all)
  const schema = optionsWith(recipe)
  const root = settingOf(schema)
  const hasNewLimits = all.some(({ path, file }) => file === null && limits.includes(path[0]))
  const trees = all.map(({ path, given, file }) => {
    const value = 'value' in given ? given.value : valueOfText(given.text, settingAt(root, path)?.schema)
    return nested(path, file !== null && hasNewLimits ? withoutLimits(value) : value)
  })
  const sourceOf = (path: Path) => all[trees.findLastIndex((tree) => valueAt(tree, path) !== undefined)]
  return readSettings(schema, trees.reduce(merged, { recipe: recipe.name, data: recipe.data }), {
    whom: ([first, ...more]) => (first === 'game' && more.length > 0 ? `the recipe ${recipe.name}` : 'a run'),
    name: (path) => sourceOf(path)?.name(path) ?? dotted(path),
    text: (path) => textAt(path, sourceOf(path)),
  })
}

/** Whoever sets a limit does not want to be held to those of an earlier run, let alone to those it had from its recipe. */
const withoutLimits = (tree: unknown): unknown =>
  isGroup(tree) ? Object.fromEntries(Object.entries(tree).filter(([name]) => !ends.includes(name))) : tree

/** A recipe that is no name is left for the schema to refuse; where there is none, the data decides. */
function recipeOf(all: readonly Override[]): Recipe {
  const { name, file } = lastRecipe(all)
  try {
    return typeof name === 'string' ? recipeNamed(name) : usualRecipe(lastOverride(all, 'data').value)
  } catch (error) {
    throw namingFile(file, error)
  }
}

/** The recipe that was set last, if any, and the file that set it. */
export function lastRecipe(all: readonly Override[]): { readonly name: unknown; readonly file: string | null } {
  const { value, file } = lastOverride(all, 'recipe')
  return { name: value, file }
}

/** The last value of an option, if any, and the file that set it. */
function lastOverride(
  all: readonly Override[],
  option: 'recipe' | 'data',
): { readonly value: unknown; readonly file: string | null } {
  const values = all.map(({ path, given }) =>
    valueAt(nested(path, 'value' in given ? given.value : given.text), [option]),
  )
  const last = values.findLastIndex((value) => value !== undefined)
  return { value: values[last], file: all[last]?.file ?? null }
}

const usualRecipe = (data: unknown): Recipe =>
  typeof data === 'string' && arePoints(data) ? recipes.points : recipes.mlp

/** A user's mistake, with the file that it stands in; any other error as it is. */
export const namingFile = (file: string | null, error: unknown): unknown =>
  file !== null && error instanceof UserError ? new UserError(`${file}: ${error.message}`, { cause: error }) : error

const textAt = (path: Path, override: Override | undefined): string | undefined =>
  override && 'text' in override.given && dotted(override.path) === dotted(path) ? override.given.text : undefined

const nested = (path: Path, value: unknown): unknown =>
  path.reduceRight((inner: unknown, name) => ({ [name]: inner }), value)

/** Groups are joined; anything else replaces what was there. */
function merged(before: unknown, after: unknown): unknown {
  if (!isGroup(before) || !isGroup(after)) return after
  const joined = Object.entries(after).map(([name, value]) => [
    name,
    Object.hasOwn(before, name) ? merged(before[name], value) : value,
  ])
  return { ...before, ...Object.fromEntries(joined) }
}
