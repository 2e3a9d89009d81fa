import { loadOwnRecipe } from '../../recipes/own-node.ts'
import { mergeOverrides, namingFile, lastRecipe } from './merge-overrides.ts'
import type { Override } from './merge-overrides.ts'
import type { RunOptions } from './run-options.ts'

/** As `mergeOverrides`, but loads a recipe from a file of the user's own first. */
export async function optionsFromOverrides(all: readonly Override[]): Promise<RunOptions> {
  const { name, file } = lastRecipe(all)
  await loadOwnRecipe(name).catch((error: unknown) => {
    throw namingFile(file, error)
  })
  return mergeOverrides(all)
}
