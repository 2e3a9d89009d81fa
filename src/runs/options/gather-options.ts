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

/** Something that a run was told, by a file or on a command line. */
export interface Told {
  /** Where it belongs among the options; [] where it is a tree of them. */
  readonly path: Path
  /** A value, or text that becomes whatever value is expected there. */
  readonly what: { readonly value: unknown } | { readonly text: string }
  /** How to name what it says of a path: '--set game.latent'. */
  name(path: Path): string
  /** The file that says so; null on a command line, where people see what they wrote. */
  readonly file: string | null
}

/** When a run ends at the latest, at whichever comes first: one decision, in up to three numbers. */
const limits: readonly string[] = ['steps', 'epochs', 'minutes'] satisfies (keyof RunOptions)[]

/** The same decision with whether it ends by itself, which is usual where there are no limits. */
const ends: readonly string[] = [...limits, 'stop' satisfies keyof RunOptions]

/** All that a run with this recipe can be told, as one schema. */
export const optionsWith = (recipe: Recipe) =>
  z.strictObject({ ...runOptions.shape, game: recipe.settings.prefault({}).describe("the recipe's own settings") })

/**
 * The options of a run from all that it was told, what comes later before what comes earlier, and the recipe's settings
 * complete. A limit from the command line takes the place of all that files set. Throws a UserError of one sentence, that
 * says where it was told, for what is unknown or wrong.
 */
export function gatherTold(all: readonly Told[]): RunOptions {
  const recipe = recipeOf(all)
  const schema = optionsWith(recipe)
  const root = settingOf(schema)
  const hasNewLimits = all.some(({ path, file }) => file === null && limits.includes(path[0]))
  const trees = all.map(({ path, what, file }) => {
    const value = 'value' in what ? what.value : valueOfText(what.text, settingAt(root, path)?.schema)
    return nested(path, file !== null && hasNewLimits ? withoutLimits(value) : value)
  })
  const teller = (path: Path) => all[trees.findLastIndex((tree) => valueAt(tree, path) !== undefined)]
  return readSettings(schema, trees.reduce(merged, { recipe: recipe.name, data: recipe.data }), {
    whom: ([first, ...more]) => (first === 'game' && more.length > 0 ? `the recipe ${recipe.name}` : 'a run'),
    name: (path) => teller(path)?.name(path) ?? dotted(path),
    text: (path) => textAt(path, teller(path)),
  })
}

/** Whoever sets a limit does not want to be held to those of an earlier run, let alone to those it had from its recipe. */
const withoutLimits = (tree: unknown): unknown =>
  isGroup(tree) ? Object.fromEntries(Object.entries(tree).filter(([name]) => !ends.includes(name))) : tree

/** A recipe that is no name is left for the schema to refuse; where there is none, the data decides. */
function recipeOf(all: readonly Told[]): Recipe {
  const { name, file } = recipeTold(all)
  try {
    return typeof name === 'string' ? recipeNamed(name) : usualRecipe(toldLast(all, 'data').value)
  } catch (error) {
    throw namingFile(file, error)
  }
}

/** The recipe that was told last, if any, and the file that did. */
export function recipeTold(all: readonly Told[]): { readonly name: unknown; readonly file: string | null } {
  const { value, file } = toldLast(all, 'recipe')
  return { name: value, file }
}

/** What was told last of an option, if anything, and the file that did. */
function toldLast(
  all: readonly Told[],
  option: 'recipe' | 'data',
): { readonly value: unknown; readonly file: string | null } {
  const values = all.map(({ path, what }) => valueAt(nested(path, 'value' in what ? what.value : what.text), [option]))
  const last = values.findLastIndex((value) => value !== undefined)
  return { value: values[last], file: all[last]?.file ?? null }
}

const usualRecipe = (data: unknown): Recipe =>
  typeof data === 'string' && arePoints(data) ? recipes.points : recipes.mlp

/** A user's mistake, with the file that it stands in; any other error as it is. */
export const namingFile = (file: string | null, error: unknown): unknown =>
  file !== null && error instanceof UserError ? new UserError(`${file}: ${error.message}`, { cause: error }) : error

const textAt = (path: Path, told: Told | undefined): string | undefined =>
  told && 'text' in told.what && dotted(told.path) === dotted(path) ? told.what.text : undefined

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
