import type { Source } from '../../data/source.ts'
import { recipeNamed } from '../../recipes/index.ts'
import type { Recipe } from '../../recipes/index.ts'
import { UserError } from '../../tensor/errors.ts'
import type { RateChange } from './learning-rates.ts'
import type { RunOptions } from './run-options.ts'

/**
 * When a run ends: at whichever comes first; null is no limit.
 * @inline
 */
interface Limits {
  /** So many steps, over all sittings. */
  readonly steps: number | null
  /** So many seconds of training, over all sittings. */
  readonly seconds: number | null
}

/** What the options of a run come to, for one recipe and one source. */
export interface RunPlan {
  /** Makes the game. */
  readonly recipe: Recipe
  /** Samples in a minibatch. */
  readonly batch: number
  /** Real images that a step reads. */
  readonly imagesPerStep: number
  /** Of both players when the run began. */
  readonly learningRate: number
  /** The learning rate that was set last, and how many rollbacks there had been by then. */
  readonly present: Omit<RateChange, 'step'>
  /** How many steps read the source once; often no whole number. */
  readonly stepsPerEpoch: number
  /** When it ends. */
  readonly limits: Limits
}

/**
 * Fills in what the options leave to the recipe. Throws a UserError where they do not fit the source.
 * @param rates the learning rates that were set when the run was resumed.
 */
export function planRun(
  options: RunOptions,
  { name, count }: Pick<Source, 'name' | 'count'>,
  rates: readonly RateChange[] = [],
): RunPlan {
  const recipe = recipeNamed(options.recipe)
  const { batch = recipe.defaults.batch, learningRate = recipe.defaults.learningRate } = options
  if (batch > count) {
    throw new UserError(`A batch of ${batch} is more than the ${count} images of ${name}; make it ${count} or smaller.`)
  }
  const { discriminatorSteps } = recipe.defaults
  const stepsPerEpoch = Math.floor(count / batch) / discriminatorSteps
  return {
    recipe,
    batch,
    imagesPerStep: batch * discriminatorSteps,
    learningRate,
    present: rates.at(-1) ?? { learningRate, rollbacks: 0 },
    stepsPerEpoch,
    limits: limitsOf(options, recipe, stepsPerEpoch),
  }
}

/** The recipe's limits are for runs that name none: whoever asks for 20,000 steps does not want to hear of minutes. */
function limitsOf({ steps, epochs, minutes }: RunOptions, { defaults }: Recipe, stepsPerEpoch: number): Limits {
  if (steps === undefined && epochs === undefined && minutes === undefined) {
    return { steps: defaults.steps, seconds: defaults.minutes * 60 }
  }
  const most = Math.min(steps ?? Infinity, Math.ceil((epochs ?? Infinity) * stepsPerEpoch))
  return {
    steps: Number.isFinite(most) ? most : null,
    seconds: minutes === undefined ? null : minutes * 60,
  }
}
