import { unknownName } from '../data/nearest.ts'
import { UserError } from '../tensor/errors.ts'
import { mlp } from './mlp.ts'
import type { Recipe } from './recipe.ts'

export type { Recipe, RecipeDefaults, RecipeOptions } from './recipe.ts'

/** Every recipe, by its name. */
export const recipes = { mlp } as const satisfies Record<string, Recipe>

/** The recipe of that name. Throws a UserError that names the nearest one, and all of them. */
export function recipeNamed(name: string): Recipe {
  const all: Readonly<Record<string, Recipe>> = recipes
  if (Object.hasOwn(all, name)) return all[name]
  const names = Object.fromEntries(Object.keys(all).map((known) => [known, known]))
  throw new UserError(unknownName('recipe', name, names))
}
