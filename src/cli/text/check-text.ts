import type { RunEvent, RunResult } from '../../training/run-event.ts'

/** A check as one line: its measurements, and whether they are the best so far. */
export function checkText({ check, judgement }: RunEvent & { readonly kind: 'check' }): string {
  const { step, distance, toldApart, covered } = check
  const measured = Number.isFinite(distance) ? distanceText(distance) : 'none, as samples are no numbers'
  const best = judgement.best === step ? ' (the best so far)' : ''
  return (
    `Judged at step ${step.toLocaleString('en')}: distance ${measured}${best}, told from real ones ${percent(toldApart.accuracy)}, ` +
    `${percent(covered)} of their kinds covered.${judgement.warning === null ? '' : ` Beware: ${judgement.warning}.`}`
  )
}

/** The outcome of a run's checks, as lines for its end; none where there were no checks. */
export function outcomeLines({ step, judgement, kept, reason: ending }: RunResult): string[] {
  if (judgement === null) return []
  const { state, reason } = judgement
  const end =
    ending === 'stopped' ? `It stopped by itself: ${state}; ${reason}.` : `It had not come to rest yet: ${reason}.`
  if (kept === step) return [end]
  return [
    end,
    `Pictures and model are of step ${kept.toLocaleString('en')}, whose samples were the nearest to real ones.`,
  ]
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`

const distanceText = (distance: number): string => distance.toPrecision(3)
