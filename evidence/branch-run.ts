import { copyFile } from 'node:fs/promises'
import { checkpointSteps, readCheckpoint } from '../src/runs/folder/checkpoint-node.ts'
import { makeParts } from '../src/runs/folder/create-folder-node.ts'
import { identityOf } from '../src/runs/folder/run-identity.ts'
import type { RunOptions } from '../src/runs/options/run-options.ts'
import { planRun } from '../src/runs/options/run-plan.ts'
import { readRecord, writeRecord } from '../src/runs/folder/run-record-node.ts'
import { runFolderAt } from '../src/runs/folder/run-folder.ts'
import { encodeSafetensors } from '../src/files/safetensors.ts'
import { writeWholeFile } from '../src/files/whole-file-node.ts'
import { UserError } from '../src/tensor/errors.ts'
import { findRun } from './image-runs.ts'

/** How a run goes on from another one. */
export interface Branch {
  readonly learningRate: number
  /** Where it ends, the steps of the other one counted. */
  readonly steps: number
}

/**
 * Begins a run, in a folder of its own, that goes on from the last checkpoint of another one at another learning rate. `forger resume`
 * refuses that, as no single command would make such bytes again. Does nothing where there is such a run already; throws a UserError where
 * the other one has no checkpoint.
 */
export async function branchRun(from: string, to: string, { learningRate, steps }: Branch): Promise<void> {
  if ((await findRun(to)) !== null) return
  const [trunk, branch] = [runFolderAt(from), runFolderAt(to)]
  const record = await readRecord(trunk)
  const step = (await checkpointSteps(trunk)).at(-1)
  if (step === undefined) throw new UserError(`The run in ${from} has no checkpoint to go on from.`)
  const identity = (options: RunOptions) => identityOf(options, planRun(options, record.data), record.data.fingerprint)
  const options = { ...record.options, learningRate, steps }
  const { tensors, metadata } = await readCheckpoint(trunk.checkpointAt(step), identity(record.options))
  await makeParts(branch)
  await copyFile(trunk.log, branch.log)
  const bytes = encodeSafetensors({ tensors, metadata: { ...metadata, run: identity(options) } })
  await writeWholeFile(branch.checkpointAt(step), bytes)
  // Last: what was cut off before is no run yet, and begins anew.
  await writeRecord(branch, { ...record, options, resumed: [] })
}
