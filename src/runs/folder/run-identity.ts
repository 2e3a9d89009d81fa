import { recipeFingerprintOf } from '../../recipes/own.ts'
import type { RunOptions } from '../options/run-options.ts'
import type { RunPlan } from '../options/run-plan.ts'
import { parseOrigin } from '../options/weights-origin.ts'

/** What was taken from another run, wherever that is: undefined, which JSON leaves out, where nothing was. */
const hashOfWeights = ({ from }: Pick<RunOptions, 'from'>): string | undefined =>
  from === undefined ? undefined : (parseOrigin(from).hash ?? undefined)

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
    from: hashOfWeights(options),
  })
