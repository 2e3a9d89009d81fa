import { UserError } from '../../tensor/errors.ts'
import { planRun } from '../options/run-plan.ts'
import { bestStep } from './best-step-node.ts'
import type { Checkpoint } from './checkpoint.ts'
import { checkpointSteps, readCheckpoint } from './checkpoint-node.ts'
import { runFolderAt } from './run-folder.ts'
import { identityOf } from './run-identity.ts'
import type { RunRecord } from './run-record.ts'
import { readRecord } from './run-record-node.ts'

/** A checkpoint with the record of its run. */
export interface RunCheckpoint {
  readonly record: RunRecord
  readonly checkpoint: Checkpoint
  /** The file that it comes from. */
  readonly path: string
}

/**
 * Reads a run's best checkpoint, see `bestStep`, or that of a step; the run may be training meanwhile. Throws a UserError where there is
 * no such run or checkpoint.
 */
export async function readRunCheckpoint(run: string, wantedStep?: number): Promise<RunCheckpoint> {
  const folder = runFolderAt(run)
  const record = await readRecord(folder)
  const { options, data } = record
  const steps = await checkpointSteps(folder)
  const step = wantedStep ?? (await bestStep(folder))
  if (step === null) throw new UserError(`The run in ${run} has no checkpoint yet; wait for its first one.`)
  if (!steps.includes(step)) {
    throw new UserError(`The run in ${run} has no checkpoint of step ${step}; it has ${steps.join(', ') || 'none'}.`)
  }
  const path = folder.checkpointAt(step)
  const checkpoint = await readCheckpoint(path, identityOf(options, planRun(options, data), data.fingerprint))
  return { record, checkpoint, path }
}
