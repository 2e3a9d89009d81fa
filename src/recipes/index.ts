import { unknownName } from '../data/nearest.ts'
import { UserError } from '../tensor/errors.ts'
import { conditional } from './conditional.ts'
import { cycle } from './cycle.ts'
import { dcgan } from './dcgan.ts'
import { mlp } from './mlp.ts'
import { ownRecipes } from './own.ts'
import { paper } from './paper.ts'
import { points } from './points.ts'
import { r3gan } from './r3gan.ts'
import type { Recipe } from './recipe.ts'
import { sngan } from './sngan.ts'
import { wganGp } from './wgan-gp.ts'

export type { SettingsShape } from './kinds.ts'
export { factsOf, recipe } from './recipe.ts'
export type {
  GameOf,
  GameOptions,
  PassedOn,
  Recipe,
  RecipeDefaults,
  RecipeInput,
  RecipeOptions,
  RecipeText,
  SourceFacts,
  SourceOptions,
  TwoPlayerParts,
  SettingsInput,
} from './recipe.ts'

/** Every recipe, by its name. */
export const recipes = {
  mlp,
  points,
  conditional,
  dcgan,
  r3gan,
  /** Gulrajani et al. 2017: a Wasserstein critic whose slope is held to 1 by a penalty. */
  'wgan-gp': wganGp,
  sngan,
  paper,
  cycle,
} as const satisfies Record<string, Recipe>

/**
 * The recipe of that name, or from the file of that path, which has been loaded. Throws a UserError that names the nearest
 * one, and all of them.
 */
export function recipeNamed(name: string): Recipe {
  const all: Readonly<Record<string, Recipe>> = recipes
  if (Object.hasOwn(all, name)) return all[name]
  const own = ownRecipes.get(name)
  if (own !== undefined) return own.recipe
  const names = Object.fromEntries(Object.keys(all).map((known) => [known, known]))
  // It may come from a file, which can hold anything.
  const printable = JSON.stringify(name.slice(0, 60)).slice(1, -1)
  throw new UserError(unknownName('recipe', printable, names))
}
