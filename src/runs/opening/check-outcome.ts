import { judgeProgress, usualRule } from '../../gan/training/stop-rule.ts'
import type { Check, Judgement } from '../../gan/training/stop-rule.ts'
import { lenetName } from '../../metrics/networks/lenet.ts'
import { randomNetworkName } from '../../metrics/networks/random-features.ts'
import type { RunOptions } from '../options/run-options.ts'

/** What the checks of a run come to. */
export interface CheckOutcome {
  /** All of them. */
  readonly judgement: Judgement
  /**
   * Whether those at scheduled steps are reason to stop. There is one more where a run ends beside such a step, and another run that
   * went on there must not decide otherwise.
   */
  readonly isEnough: boolean
}

/** The outcome of the checks of a run, at least one, by its own stop rule. */
export function checkOutcome(
  checks: readonly Check[],
  { checkEvery, patience }: Pick<RunOptions, 'checkEvery' | 'patience'>,
): CheckOutcome {
  const rule = { ...usualRule, patience }
  const scheduled = checks.filter(({ step }) => step % checkEvery === 0)
  return {
    judgement: judgeProgress(checks, rule),
    isEnough: scheduled.length > 0 && judgeProgress(scheduled, rule).stops,
  }
}

const networks = { 'forger-lenet': lenetName, 'random-network': randomNetworkName } as const

/** What the distances of a run's checks are, for people. */
export const distanceName = ({ checkFeatures }: Pick<RunOptions, 'checkFeatures'>): string =>
  checkFeatures ? `Fréchet distance (${networks[checkFeatures]})` : 'sliced Wasserstein distance'
