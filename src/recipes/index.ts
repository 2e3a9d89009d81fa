import { unknownName } from '../data/nearest.ts'
import { UserError } from '../tensor/errors.ts'
import { mlp } from './mlp.ts'
import type { Recipe } from './recipe.ts'

export type { SettingsShape } from './kinds.ts'
export type { GameOptions, Recipe, RecipeDefaults, RecipeOptions, SettingsInput } from './recipe.ts'

/** Every recipe, by its name. */
export const recipes = { mlp } as const satisfies Record<string, Recipe>

/** The recipe of that name. Throws a UserError that names the nearest one, and all of them. */
export function recipeNamed(name: string): Recipe {
  const all: Readonly<Record<string, Recipe>> = recipes
  if (Object.hasOwn(all, name)) return all[name]
  const names = Object.fromEntries(Object.keys(all).map((known) => [known, known]))
  // It may come from a file, which can hold anything.
  const printable = JSON.stringify(name.slice(0, 60)).slice(1, -1)
  throw new UserError(unknownName('recipe', printable, names))
}
