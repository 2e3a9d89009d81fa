import { reportsOf } from '../gan/game/game.ts'
import type { Reports } from '../gan/game/game.ts'
import { createRealismScorer } from '../gan/sampling/realism.ts'
import type { Check } from '../gan/training/stop-rule.ts'
import type { RunEvent } from './run-event.ts'
import type { Journal } from './journal-node.ts'
import type { Checker } from './checker-node.ts'
import { checkOutcome } from '../runs/opening/check-outcome.ts'
import type { CheckOutcome } from '../runs/opening/check-outcome.ts'
import { checksOf, isMeans } from '../runs/folder/log-lines.ts'
import type { LogLine } from '../runs/folder/log-lines.ts'
import type { OpenRun } from '../runs/opening/open-run.ts'

/** The checks of a run that stops by itself, those of earlier sittings among them. */
export interface RunChecks {
  /** Whether there is to be a check at that step, and was none yet. */
  isDue(step: number): boolean
  /** Whether there was one. */
  hasChecked(step: number): boolean
  /** Checks the generator as it is after that step, and logs the result. */
  check(step: number): Promise<RunEvent & { readonly kind: 'check' }>
  /** Their outcome; null where there are none yet. */
  outcome(): CheckOutcome | null
}

export function openRunChecks({ options, trainer }: OpenRun, checker: Checker, journal: Journal): RunChecks {
  const score = createRealismScorer(trainer.device, trainer.game, trainer.state)
  const reports = reportsOf(trainer.game)
  const isScheduled = (step: number) => step % options.checkEvery === 0
  const checks = () => checksOf(journal.lines)
  const hasChecked = (step: number) => checks().some((check) => check.step === step)
  return {
    isDue: (step) => isScheduled(step) && !hasChecked(step),
    hasChecked,
    async check(step) {
      const before = checks().findLast((check) => isScheduled(check.step))
      const losses = lossesAfter(journal.lines, before?.step ?? 0, reports)
      const seen = { ...(await checker.measure(trainer, score)), losses }
      const check = { step, ...seen }
      const { judgement } = checkOutcome([...checks(), check], options)
      await journal.write({ step, time: new Date().toISOString(), check: seen })
      return { kind: 'check', check, judgement }
    },
    outcome: () => (checks().length === 0 ? null : checkOutcome(checks(), options)),
  }
}

/**
 * Means of each loss over all steps after one that report it, as a log tells them; null where it tells of none. Rounded, as an interrupted run sums up
 * in other portions.
 */
export function lossesAfter(lines: readonly LogLine[], step: number, reports: Reports): Check['losses'] {
  const losses = Object.entries(reports).filter(([, { chart }]) => chart === 'Losses')
  const totals = losses.map(() => ({ sum: 0, steps: 0 }))
  let last = step
  for (const line of lines.filter(isMeans)) {
    if (line.step <= step) continue
    const steps = line.step - last
    losses.forEach(([name], index) => {
      if (!Object.hasOwn(line.scalars, name)) return
      totals[index].sum += steps * line.scalars[name]
      totals[index].steps += steps
    })
    last = line.step
  }
  if (last === step) return null
  const rounded = (mean: number) => Number(mean.toPrecision(6))
  return Object.fromEntries(
    losses.flatMap(([, { title }], index) => {
      const { sum, steps } = totals[index]
      return steps > 0 ? [[title, rounded(sum / steps)]] : []
    }),
  )
}
