import { readRunCheckpoint } from '../folder/run-checkpoint-node.ts'
import { closingOnError } from '../opening/open-run-node.ts'
import { openThreadsFor } from '../opening/open-trainer-node.ts'
import { trainingDataOf } from '../opening/run-data-node.ts'
import { samplerOf } from './run-sampler.ts'
import type { RunSampler } from './run-sampler.ts'

/**
 * Opens the generator of a run's best checkpoint (or that of a step) for drawing, see `bestStep`; the run may be training meanwhile.
 * Throws a UserError where there is no such run or checkpoint.
 */
export async function openSampler(path: string, wantedStep?: number): Promise<RunSampler> {
  const found = await readRunCheckpoint(path, wantedStep)
  const { options } = found.record
  const device = await openThreadsFor(options)
  const close = () => device.engine.close()
  return closingOnError(close, async () => {
    const sampler = await samplerOf(device, { ...found, loadData: () => trainingDataOf(options) })
    return { ...sampler, close }
  })
}
