import type { Preparing } from '../../data/source.ts'
import { restoreState } from '../folder/checkpoint.ts'
import { readCheckpoint, saveCheckpoint } from '../folder/checkpoint-node.ts'
import { withCheckFeatures } from './check-features-node.ts'
import { completeOptions } from '../options/complete-options.ts'
import { createRunFolder, makeParts } from '../folder/create-folder-node.ts'
import { identityOf } from '../folder/run-identity.ts'
import { lockFolder } from '../../files/folder-lock-node.ts'
import type { FolderLock } from '../../files/folder-lock-node.ts'
import type { RateChange } from '../options/learning-rates.ts'
import type { RunInput, RunOptions } from '../options/run-options.ts'
import { planRun } from '../options/run-plan.ts'
import { writeRecord } from '../folder/run-record-node.ts'
import { recordOf } from './record-of-run-node.ts'
import { readWeights, takeWeights } from './first-weights-node.ts'
import type { ReadWeights } from './first-weights-node.ts'
import { loadRunData } from './run-data-node.ts'
import type { RunFolder } from '../folder/run-folder.ts'
import type { OpenRun, RunPosition, PreparedRun } from './open-run.ts'
import { openDeviceFor, openTrainer } from './open-trainer-node.ts'

/** Where the preparation of a run begins, and who follows it. */
export interface PrepareOptions {
  /** How often the run has broken down before; default 0. */
  readonly rollbacks?: number
  /** The learning rates that were set when it was resumed. */
  readonly rates?: readonly RateChange[]
  /** What it begins with from another run. */
  readonly weights?: ReadWeights | null
  /** Is told how far images are prepared, where that has to be done first. */
  readonly progress?: Preparing | undefined
}

/**
 * Loads the data, starts the threads and compiles the training step; writes nothing. Throws a UserError where the options
 * name what is not there or do not fit together.
 */
export async function prepareRun(
  given: RunOptions,
  { rollbacks = 0, rates = [], weights = null, progress }: PrepareOptions = {},
): Promise<PreparedRun> {
  const opening = openDeviceFor(given)
  const loading = loadRunData(given, progress)
  // Both may fail; it is the first that is waited for that tells.
  loading.catch(() => {})
  const device = await opening
  const close = () => device.engine.close()
  return closingOnError(close, async () => {
    const { options: settledOptions, source, heldOut } = await loading
    const plan = planRun(settledOptions, source, rates)
    const trainer = await openTrainer(device, settledOptions, plan, source, rollbacks)
    const { from, first } = weights === null ? { first: null } : takeWeights(trainer, weights)
    const options = { ...settledOptions, ...(from === undefined ? {} : { from }) }
    const { strict } = device
    return {
      options: await withCheckFeatures(options, { source, heldOut, strict }),
      plan,
      source,
      heldOut,
      trainer,
      first,
      close,
    }
  })
}

/**
 * Prepares a new run (data, threads, the compiled step) and, when all of that went well, makes its folder and locks it: for
 * `trainRun`, and `close` at the end. Throws a UserError where the options name what is not there or do not fit together;
 * nothing is left behind then.
 * @param progress is told how far images are prepared, where that has to be done first.
 */
export async function openRun(given: RunInput = {}, progress?: Preparing): Promise<OpenRun> {
  const options = await completeOptions(given)
  const weights = await readWeights(options.from)
  const prepared = await prepareRun(options, { weights, progress })
  return closingOnError(prepared.close, async () => {
    const folder = await createRunFolder(prepared.plan.recipe.name, prepared.options.out)
    return closingOnError(folder.discard, async () => {
      const lock = await lockFolder(folder.path)
      return closingOnError(lock.release, async () => {
        await writeRecord(folder, recordOf(prepared))
        await makeParts(folder)
        await saveFirst(folder, prepared)
        return runIn(folder, lock, prepared, { step: 0, seconds: 0, rollbacks: 0 })
      })
    })
  })
}

/** Writes what a run begins with from another one, as its checkpoint of step 0: the other run may be gone when it is needed again. */
export async function saveFirst(
  folder: RunFolder,
  { options, plan, source, trainer, first }: Omit<PreparedRun, 'close'>,
): Promise<void> {
  if (first === null) return
  await saveCheckpoint(folder, trainer, { step: 0, rollbacks: 0, run: identityOf(options, plan, source.fingerprint()) })
}

/** A prepared run in its folder, from where it stands. */
export function runIn(
  folder: RunFolder,
  lock: FolderLock,
  { options, plan, source, heldOut, first, ...prepared }: PreparedRun,
  { rollbacks: rollbacksBefore, ...start }: RunPosition & { readonly rollbacks: number },
): OpenRun {
  const identity = identityOf(options, plan, source.fingerprint())
  let { trainer } = prepared
  let rollbacks = rollbacksBefore
  return {
    options,
    plan,
    source,
    heldOut,
    folder,
    identity,
    start,
    first,
    get rollbacks() {
      return rollbacks
    },
    get trainer() {
      return trainer
    },
    async rollBack(step, after) {
      // A device of its own: memory is never given back, and this one is full of what broke.
      await trainer.device.engine.close()
      trainer = await openTrainer(await openDeviceFor(options), options, plan, source, after)
      rollbacks = after
      if (step === 0 && options.from === undefined) return 0
      const path = folder.checkpointAt(step)
      const { tensors, facts } = await readCheckpoint(path, identity)
      restoreState(trainer, tensors, path)
      return facts.rollbacks
    },
    async close() {
      await trainer.device.engine.close()
      await lock.release()
    },
  }
}

/** Does some work, and closes what it needs when that fails: what failed first is what is told. */
export async function closingOnError<T>(close: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await close().catch(() => {})
    throw error
  }
}
