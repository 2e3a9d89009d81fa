import { recipeFingerprintOf } from '../../recipes/own.ts'
import type { RunOptions } from '../options/run-options.ts'
import type { RunPlan } from '../options/run-plan.ts'

/** Everything that decides the bytes of a run, as JSON: a checkpoint of one run fits no other. */
export const identityOf = (options: RunOptions, plan: RunPlan, fingerprint: string): string =>
  JSON.stringify({
    recipe: plan.recipe.name,
    recipeFile: recipeFingerprintOf(options) ?? undefined,
    game: options.game,
    data: fingerprint,
    batch: plan.batch,
    learningRate: plan.learningRate,
    seed: options.seed,
    strict: options.strict,
    checkpointEvery: options.checkpointEvery,
  })
