import type { Check } from '../../gan/stop-rule.ts'
import { checkpointSteps } from './checkpoint-node.ts'
import { checksOf } from './log-lines.ts'
import { readRecord } from './run-record-node.ts'
import { readLog } from './rewind-node.ts'
import type { RunFolder } from './run-folder.ts'

/** The step at which judges found the generator nearest to real samples; null where none was judged. */
const bestOf = (checks: readonly Check[]): number | null =>
  checks.reduce<Check | null>((best, check) => (check.distance < (best?.distance ?? Infinity) ? check : best), null)
    ?.step ?? null

/**
 * The step of the checkpoint that samples, model and report are made from: of a run that stops by itself the best one that was judged,
 * of others the last one. Null where there is no checkpoint. Throws a UserError where the folder holds no run.
 */
export async function bestStep(folder: RunFolder): Promise<number | null> {
  const [steps, { options }] = await Promise.all([checkpointSteps(folder), readRecord(folder)])
  if (options.stop !== 'auto') return steps.at(-1) ?? null
  const checks = checksOf(await readLog(folder)).filter(({ step }) => steps.includes(step))
  // Beside an untrained generator alone, nothing has been judged yet.
  const isJudged = checks.some(({ step }) => step > 0)
  return (isJudged ? bestOf(checks) : null) ?? steps.at(-1) ?? null
}
