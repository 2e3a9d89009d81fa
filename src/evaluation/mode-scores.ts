import type { ModeShares } from '../metrics/modes.ts'
import type { Score } from './evaluation.ts'
import { measured, score } from './measured-beside-real.ts'
import type { BesideReal } from './measured-beside-real.ts'

/** How many modes are found, and, where any is, how evenly. */
export function modeScores(
  { generated, real }: BesideReal<ModeShares>,
  features: { readonly name: string } | null = null,
): Score[] {
  const found = { generated: measured(generated.covered), real: measured(real.covered) }
  const scores = [score('modes', found, features)]
  if (generated.divergence === null || real.divergence === null) return scores
  const uneven = { generated: measured(generated.divergence), real: measured(real.divergence) }
  return [...scores, score('modeDivergence', uneven, features)]
}
