import type { Check } from '../../gan/training/stop-rule.ts'
import type { RunOptions } from '../options/run-options.ts'
import { checksOf } from './log-lines.ts'
import type { LogLine } from './log-lines.ts'

/** The step at which the generator was found nearest to real samples; null where it was never checked. */
const bestOf = (checks: readonly Check[]): number | null =>
  checks.reduce<Check | null>((best, check) => (check.distance < (best?.distance ?? Infinity) ? check : best), null)
    ?.step ?? null

/**
 * Of steps with a checkpoint, in ascending order, the one that samples, model and report are made from: of a run that stops by itself
 * the best one that was checked, of others the last one. Null where there is none.
 */
export function bestStepOf(
  { stop }: Pick<RunOptions, 'stop'>,
  steps: readonly number[],
  lines: readonly LogLine[],
): number | null {
  if (stop !== 'auto') return steps.at(-1) ?? null
  const checks = checksOf(lines).filter(({ step }) => steps.includes(step))
  // Beside an untrained generator alone, nothing has been judged yet.
  const isChecked = checks.some(({ step }) => step > 0)
  return (isChecked ? bestOf(checks) : null) ?? steps.at(-1) ?? null
}
