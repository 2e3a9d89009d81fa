import { nearest } from '../data/nearest.ts'
import { UserError } from '../tensor/errors.ts'
import { mlp } from './mlp.ts'
import type { Recipe } from './recipe.ts'

export type { Recipe, RecipeDefaults, RecipeOptions } from './recipe.ts'

/** Every recipe, by its name. */
export const recipes = { mlp } as const satisfies Record<string, Recipe>

/** The recipe of that name. Throws a UserError that names the nearest one, and all of them. */
export function recipeNamed(name: string): Recipe {
  const all = new Map<string, Recipe>(Object.entries(recipes))
  const found = all.get(name)
  if (found !== undefined) return found
  const names = [...all.keys()]
  const meant = nearest(name, names)
  const hint = meant === null ? '' : ` did you mean "${meant}"?`
  throw new UserError(`Unknown recipe "${name}";${hint} Known are ${names.join(', ')}.`)
}
