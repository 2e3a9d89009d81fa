import type { Recipe } from './recipe.ts'

/** A recipe from somebody's own file. */
export interface OwnRecipe {
  readonly recipe: Recipe
  /** A hash of what the file holds. */
  readonly fingerprint: string
}

/** Those that were loaded, by the path that they are called by. */
export const ownRecipes = new Map<string, OwnRecipe>()

/** Whether a recipe is called by the path of a file rather than by a name. */
export const isPath = (name: string): boolean => /^\P{Cc}+$/u.test(name) && /[/\\]|\.[cm]?[jt]s$/.test(name)

/** What the file of a run's recipe holds, as a hash; null for a recipe that is called by its name. */
export const recipeFingerprintOf = ({ recipe }: { readonly recipe: string }): string | null =>
  ownRecipes.get(recipe)?.fingerprint ?? null
