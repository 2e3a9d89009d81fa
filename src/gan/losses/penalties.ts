import { levelBetween } from './penalties/between.ts'
import { dragan } from './penalties/dragan.ts'
import { gradientPenalty } from './penalties/gradient-penalty.ts'
import type { Penalty } from './penalties/penalty.ts'
import { r1, r2 } from './penalties/zero-centered.ts'

export { dragan, gradientPenalty, levelBetween, r1, r2 }
export type { Penalty, PointsOf } from './penalties/penalty.ts'

/** Every penalty, by its name, as a function of its weight. */
export const penalties = { r1, r2, gradientPenalty, dragan, levelBetween } as const satisfies Record<
  string,
  (weight: number) => Penalty
>

/** The name of a penalty. */
export type PenaltyName = keyof typeof penalties
