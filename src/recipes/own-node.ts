import * as z from 'zod'
import { blamed, loadOwnModule } from '../files/own-module-node.ts'
import type { OwnKind } from '../files/own-module-node.ts'
import { isPath, ownRecipes } from './own.ts'
import type { Recipe } from './recipe.ts'
import { settingOf } from './setting.ts'

/** What `recipe` gives, whatever it was given. */
const kind: OwnKind<Recipe> = {
  what: 'recipe',
  maker: 'recipe',
  parts: z.object({
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
  }),
}

/**
 * Makes the recipe in a file of the user's own known under its path, so that `recipeNamed` finds it; does nothing for a name.
 * Throws a UserError of one sentence where the file is missing, cannot be run or gives no recipe.
 */
export async function loadOwnRecipe(name: unknown): Promise<void> {
  if (typeof name !== 'string' || !isPath(name)) return
  const { value, fingerprint } = await loadOwnModule(name, kind)
  if (ownRecipes.get(name)?.fingerprint === fingerprint) return
  ownRecipes.set(name, { recipe: blaming(name, value), fingerprint })
}

/** Whatever is wrong with a recipe of the user's own is for the user to mend. */
function blaming(path: string, recipe: Recipe): Recipe {
  try {
    settingOf(recipe.settings)
  } catch (error) {
    throw blamed(`A setting of ${path} is of a kind that has no description`, error)
  }
  return {
    ...recipe,
    game(options) {
      try {
        return recipe.game(options)
      } catch (error) {
        throw blamed(`The game of ${path} cannot be made`, error)
      }
    },
  }
}
