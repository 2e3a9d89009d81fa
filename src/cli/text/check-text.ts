import type { RunEvent, RunResult } from '../../training/run-event.ts'

/** A check as one line: its measurements, and whether they are the best so far. */
export function checkText({ check, judgement }: RunEvent & { readonly kind: 'check' }): string {
  const { step, distance, toldApart, covered } = check
  const measured = Number.isFinite(distance) ? distanceText(distance) : 'none (samples contain NaN or infinity)'
  const best = judgement.best === step ? ' (best so far)' : ''
  return (
    `Step ${step.toLocaleString('en')}: distance ${measured}${best}, real/fake classifier accuracy ${percent(toldApart.accuracy)} ` +
    `(50% is ideal), ${percent(covered)} of modes covered.${judgement.warning === null ? '' : ` Warning: ${judgement.warning}.`}`
  )
}

/** The outcome of a run's checks, as lines for its end; none where there were no checks. */
export function outcomeLines({ step, judgement, kept, reason: ending }: RunResult): string[] {
  if (judgement === null) return []
  const { state, reason } = judgement
  const end =
    ending === 'stopped' ? `It stopped by itself: ${state}; ${reason}.` : `Still improving when it ended: ${reason}.`
  if (kept === step) return [end]
  return [end, `Pictures and model are of step ${kept.toLocaleString('en')}, the best one.`]
}

const percent = (share: number): string => `${(100 * share).toFixed(0)}%`

const distanceText = (distance: number): string => distance.toPrecision(3)
