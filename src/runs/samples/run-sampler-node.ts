import { UserError } from '../../tensor/errors.ts'
import { bestStep } from '../folder/best-step-node.ts'
import { checkpointSteps, readCheckpoint } from '../folder/checkpoint-node.ts'
import { identityOf } from '../folder/run-identity.ts'
import { runFolderAt } from '../folder/run-folder.ts'
import { readRecord } from '../folder/run-record-node.ts'
import { closingOnError } from '../opening/open-run-node.ts'
import { openThreadsFor } from '../opening/open-trainer-node.ts'
import { trainingDataOf } from '../opening/run-data-node.ts'
import { planRun } from '../options/run-plan.ts'
import { samplerOf } from './run-sampler.ts'
import type { RunSampler } from './run-sampler.ts'

/**
 * Opens the generator of a run's best checkpoint (or that of a step) for drawing, see `bestStep`; the run may be training meanwhile.
 * Throws a UserError where there is no such run or checkpoint.
 */
export async function openSampler(path: string, wantedStep?: number): Promise<RunSampler> {
  const folder = runFolderAt(path)
  const record = await readRecord(folder)
  const { options, data } = record
  const steps = await checkpointSteps(folder)
  const step = wantedStep ?? (await bestStep(folder))
  if (step === null) throw new UserError(`The run in ${path} has no checkpoint yet; wait for its first one.`)
  if (!steps.includes(step)) {
    throw new UserError(`The run in ${path} has no checkpoint of step ${step}; it has ${steps.join(', ') || 'none'}.`)
  }
  const file = folder.checkpointAt(step)
  const checkpoint = await readCheckpoint(file, identityOf(options, planRun(options, data), data.fingerprint))
  const device = await openThreadsFor(options)
  const close = () => device.engine.close()
  return closingOnError(close, async () => {
    const sampler = await samplerOf(device, {
      record,
      checkpoint,
      path: file,
      loadData: () => trainingDataOf(options),
    })
    return { ...sampler, close }
  })
}
