import { loadOwnRecipe } from '../../recipes/own-node.ts'
import { gatherTold, namingFile, recipeTold } from './gather-options.ts'
import type { Told } from './gather-options.ts'
import type { RunOptions } from './run-options.ts'

/** As `gatherTold`, with recipes from files of the user's own, which are run for that. */
export async function gatherOptionsOf(all: readonly Told[]): Promise<RunOptions> {
  const { name, file } = recipeTold(all)
  await loadOwnRecipe(name).catch((error: unknown) => {
    throw namingFile(file, error)
  })
  return gatherTold(all)
}
