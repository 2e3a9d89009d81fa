import { UserError } from '../../tensor/errors.ts'
import { minimax, nonSaturating } from './objectives/cross-entropy.ts'
import { dualContrastive } from './objectives/dual-contrastive.ts'
import { hinge } from './objectives/hinge.ts'
import { leastSquares } from './objectives/least-squares.ts'
import type { Objective, TargetObjective } from './objectives/objective.ts'
import { relativisticAverage, relativisticPaired } from './objectives/relativistic.ts'
import { wasserstein } from './objectives/wasserstein.ts'

export { lossOver } from './objectives/objective.ts'
export type { Objective, TargetObjective } from './objectives/objective.ts'

/** Every objective, by its name. */
export const objectives = {
  minimax,
  nonSaturating,
  leastSquares,
  wasserstein,
  hinge,
  relativisticPaired,
  relativisticAverage,
  dualContrastive,
} as const satisfies Readonly<Record<string, Objective>>

/** The name of an objective. */
export type ObjectiveName = keyof typeof objectives

/** Every name of an objective. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a constant table
export const objectiveNames = Object.keys(objectives) as ObjectiveName[]

/**
 * One-sided label smoothing (Salimans et al. 2016): the discriminator's target for real samples is 1 - smoothing, so that
 * it gains nothing by being ever surer. Fakes keep 0, and the generator's loss stays as it is.
 * @param smoothing in [0, 0.5); throws a UserError elsewhere.
 */
export function smoothed(objective: TargetObjective, smoothing: number): Objective {
  if (!(smoothing >= 0 && smoothing < 0.5)) {
    throw new UserError(`Labels cannot be smoothed by ${smoothing}; give a number in [0, 0.5).`)
  }
  return objective.withRealTarget(1 - smoothing)
}
