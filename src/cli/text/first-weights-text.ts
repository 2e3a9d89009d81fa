import type { FirstWeights } from '../../runs/opening/first-weights.ts'

/** What a run begins with from another one, in one sentence. */
export function firstWeightsText({ run, step, taken, all, left }: FirstWeights): string {
  const parts = Object.entries(left).map(([part, count]) => `${part} (${count})`)
  const rest = parts.length === 0 ? '' : `; not taken: ${parts.join(', ')}`
  return `${taken} of ${all} tensors taken from ${run} at step ${step}${rest}.`
}
