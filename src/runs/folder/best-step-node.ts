import { bestStepOf } from './best-step.ts'
import { checkpointSteps } from './checkpoint-node.ts'
import { readRecord } from './run-record-node.ts'
import { readLog } from './rewind-node.ts'
import type { RunFolder } from './run-folder.ts'

/** The step of the checkpoint to take, see `bestStepOf`; null where there is none. Throws a UserError where the folder holds no run. */
export async function bestStep(folder: RunFolder): Promise<number | null> {
  const [steps, { options }] = await Promise.all([checkpointSteps(folder), readRecord(folder)])
  return bestStepOf(options, steps, options.stop === 'auto' ? await readLog(folder) : [])
}
