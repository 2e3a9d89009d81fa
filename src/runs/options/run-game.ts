import type { Game } from '../../gan/game/game.ts'
import type { SourceFacts } from '../../recipes/index.ts'
import type { RunOptions } from './run-options.ts'
import type { RunPlan } from './run-plan.ts'

/** The learning rate after so many rollbacks: those since it was set halve it. */
export const learningRateAfter = (rollbacks: number, { present }: Pick<RunPlan, 'present'>): number =>
  present.learningRate / 2 ** (rollbacks - present.rollbacks)

/** The game of a run, as after so many rollbacks. */
export const gameOf = (options: Pick<RunOptions, 'game'>, plan: RunPlan, facts: SourceFacts, rollbacks: number): Game =>
  plan.recipe.game({
    ...facts,
    batch: plan.batch,
    learningRate: learningRateAfter(rollbacks, plan),
    discriminatorSteps: plan.recipe.defaults.discriminatorSteps,
    settings: options.game,
  })
