import type { Trainer } from '../gan/training/trainer.ts'
import type { Preparing } from '../data/source.ts'
import { UserError } from '../tensor/errors.ts'
import { restoreState } from '../runs/folder/checkpoint.ts'
import { checkpointSteps, readCheckpoint } from '../runs/folder/checkpoint-node.ts'
import { completeOptions } from '../runs/options/complete-options.ts'
import { makeParts } from '../runs/folder/create-folder-node.ts'
import { identityOf } from '../runs/folder/run-identity.ts'
import { lockFolder } from '../files/folder-lock-node.ts'
import type { LogExtent } from '../runs/folder/log-lines.ts'
import { readWeights } from '../runs/opening/first-weights-node.ts'
import type { ReadWeights } from '../runs/opening/first-weights-node.ts'
import { closingOnError, prepareRun, runIn, saveFirst } from '../runs/opening/open-run-node.ts'
import { ratesAt } from '../runs/options/learning-rates.ts'
import { onlyGiven } from '../runs/options/run-options.ts'
import type { RunInput, RunOptions } from '../runs/options/run-options.ts'
import { planRun } from '../runs/options/run-plan.ts'
import { changeable } from '../runs/folder/run-record.ts'
import type { RunRecord } from '../runs/folder/run-record.ts'
import { readRecord, writeRecord } from '../runs/folder/run-record-node.ts'
import { rewind } from '../runs/folder/rewind-node.ts'
import { runFolderAt } from '../runs/folder/run-folder.ts'
import type { RunFolder } from '../runs/folder/run-folder.ts'
import type { OpenRun, PreparedRun } from '../runs/opening/open-run.ts'
import { removeLeftovers } from '../files/whole-file-node.ts'

/**
 * What can be changed when a run is resumed: limits, where it runs, and the learning rate. Anything else decides its bytes, and is only
 * accepted as it was.
 */
export type RunChanges = RunInput

/**
 * Goes on with a run from its last checkpoint; new limits replace all old ones, and a new learning rate holds from there on. Throws a
 * UserError where the folder holds no run, another process trains it, its data have changed, or an option was given that cannot change.
 */
export async function resumeRun(path: string, given: RunChanges = {}, progress?: Preparing): Promise<OpenRun> {
  const folder = runFolderAt(path)
  const changes = onlyGiven(await completeOptions(given), given)
  const record = await readRecord(folder)
  requireChangeable(path, record.options, changes)
  const lock = await lockFolder(path)
  return closingOnError(lock.release, async () => {
    const options = changed(record.options, changes)
    const last = await lastCheckpoint(folder, options, record)
    const rates = ratesAt(record.rates, last, changes.learningRate)
    const { rollbacks, weights } = last
    const prepared = await prepareRun(options, { rollbacks, rates, weights, progress })
    return closingOnError(prepared.close, async () => {
      requireSameData(path, record, prepared)
      last.restore(prepared.trainer)
      await makeParts(folder)
      await removeLeftovers(path)
      await saveFirst(folder, prepared)
      const log = await rewind(folder, last)
      const { threads } = prepared.trainer.device.engine
      const resumed = { time: new Date().toISOString(), step: last.step, changed: named(changes) }
      await writeRecord(folder, {
        ...record,
        options: { ...prepared.options, threads },
        rates,
        resumed: [...record.resumed, resumed],
      })
      const seconds = Math.max(0, ...log.map((line) => ('seconds' in line ? line.seconds : 0)))
      return runIn(folder, lock, prepared, { step: last.step, seconds, rollbacks: last.rollbacks })
    })
  })
}

const isChangeable = (name: string): boolean => changeable.some((known) => known === name)

function requireChangeable(path: string, options: RunOptions, changes: Partial<RunOptions>): void {
  const before: Readonly<Record<string, unknown>> = { ...options, out: path }
  for (const [name, value] of Object.entries(changes)) {
    if (isChangeable(name) || JSON.stringify(before[name]) === JSON.stringify(value)) continue
    throw new UserError(
      `${name} was decided when the run in ${path} began: it is ${JSON.stringify(before[name]) ?? 'none'}; what can be changed is ${changeable.join(', ')}.`,
    )
  }
}

/**
 * Whoever gives a new limit does not want to be held to the old ones, nor stopped before. The learning rate among the options stays that
 * of the beginning: see `rates` of a record.
 */
function changed({ steps, epochs, minutes, stop, ...others }: RunOptions, changes: Partial<RunOptions>): RunOptions {
  const hasLimit = changes.steps !== undefined || changes.epochs !== undefined || changes.minutes !== undefined
  const old = { ...(steps && { steps }), ...(epochs && { epochs }), ...(minutes && { minutes }), ...(stop && { stop }) }
  return { ...others, ...(hasLimit ? {} : old), ...changes, learningRate: others.learningRate }
}

function requireSameData(path: string, { data }: RunRecord, { source }: PreparedRun): void {
  if (source.fingerprint() === data.fingerprint) return
  throw new UserError(
    `The data ${source.name} is not what the run in ${path} began with (${data.count} samples of ${data.shape.join(' x ')}, fingerprint ${data.fingerprint}); ` +
      'put it back, or say by --data where it is now' +
      `${source.kind === 'stored' ? '; of images that cannot all be held, as many have to be as then (FORGER_DATA_MEMORY)' : ''}.`,
  )
}

/** Where a run goes on. */
interface Continuation extends LogExtent {
  /** What it begins with from another run, where that was not kept yet. */
  readonly weights: ReadWeights | null
  restore(trainer: Trainer): void
}

/** From the first state or another run's weights, where the run ended before its first checkpoint. */
async function lastCheckpoint(folder: RunFolder, options: RunOptions, { data }: RunRecord): Promise<Continuation> {
  const last = (await checkpointSteps(folder)).at(-1)
  if (last === undefined) return { step: 0, rollbacks: 0, weights: await readWeights(options.from), restore: () => {} }
  const path = folder.checkpointAt(last)
  const identity = identityOf(options, planRun(options, data), data.fingerprint)
  const { tensors, facts } = await readCheckpoint(path, identity)
  return { ...facts, weights: null, restore: (trainer) => restoreState(trainer, tensors, path) }
}

const named = (changes: Partial<RunOptions>): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(changes).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [],
    ),
  )
