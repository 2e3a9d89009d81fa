import type { RunEvent, RunResult } from '../../training/run-event.ts'

/** What is said of a check, in a line: what judges saw, and whether it was worth the way. */
export function checkText({ check, judgement }: RunEvent & { readonly kind: 'check' }): string {
  const { step, distance, toldApart, covered } = check
  const measured = Number.isFinite(distance) ? distanceText(distance) : 'none, as samples are no numbers'
  const best = judgement.best === step ? ' (the best so far)' : ''
  return (
    `Judged at step ${step.toLocaleString('en')}: distance ${measured}${best}, told from real ones ${percent(toldApart.accuracy)}, ` +
    `${percent(covered)} of their kinds covered.${judgement.warning === null ? '' : ` Beware: ${judgement.warning}.`}`
  )
}

/** What the checks of a run came to, in lines to be said at its end; none where there were none. */
export function verdict({ step, judgement, kept, reason: ending }: RunResult): string[] {
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
