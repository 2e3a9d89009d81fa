import { readdir, readFile } from 'node:fs/promises'
import type { Trainer } from '../../gan/training/trainer.ts'
import { codeOf, fileError } from '../../files/file-error-node.ts'
import { removeFile, writeWholeFile } from '../../files/whole-file-node.ts'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import type { Checkpoint, CheckpointFacts } from './checkpoint.ts'
import { stepOf } from './run-files.ts'
import type { RunFolder } from './run-folder.ts'

/** Writes the whole state of a trainer, and gives the path. */
export async function saveCheckpoint(folder: RunFolder, trainer: Trainer, facts: CheckpointFacts): Promise<string> {
  const path = folder.checkpointAt(facts.step)
  await writeWholeFile(path, encodeCheckpoint(trainer, facts))
  return path
}

/**
 * The file of a checkpoint, after it has been held to what its name and its run say. Throws a UserError where it is no
 * whole checkpoint of this run.
 */
export async function readCheckpoint(path: string, run: string): Promise<Checkpoint> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError('read', path, error)
  })
  return decodeCheckpoint(bytes, path, run)
}

/** The steps at which there are checkpoints, ascending; none where there is no folder for them yet. */
export async function checkpointSteps({ checkpoints }: RunFolder): Promise<number[]> {
  const names = await readdir(checkpoints).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []
    throw fileError('read', checkpoints, error)
  })
  return names.flatMap((name) => (name.endsWith('.safetensors') ? (stepOf(name) ?? []) : [])).toSorted((a, b) => a - b)
}

/** Which checkpoints stay. */
interface Rotation {
  readonly every: number
  readonly keep: number
  /** The best step; null where there is none. */
  readonly best: number | null
  /** Whether the checkpoint of step 0 is the run's beginning. */
  readonly hasFirst: boolean
}

/**
 * Deletes old checkpoints: the last `keep` that stand at multiples of `every` stay, and of the others (made when a run was
 * stopped, or after a long time) the last one, as long as nothing is newer. The best one, where there is one, always stays, and so does
 * that of step 0 in a run from another's weights, which cannot be made again.
 */
export async function rotateCheckpoints(folder: RunFolder, { every, keep, best, hasFirst }: Rotation): Promise<void> {
  const steps = (await checkpointSteps(folder)).filter((step) => step > 0 || !hasFirst)
  const scheduled = steps.filter((step) => step % every === 0).slice(-keep)
  const old = steps.filter((step) => !scheduled.includes(step) && step !== steps.at(-1) && step !== best)
  for (const step of old) await removeFile(folder.checkpointAt(step))
}
