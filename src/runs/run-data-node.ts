import { holdOut } from '../data/hold-out.ts'
import type { Preparing, Source } from '../data/source.ts'
import { hasTestPart, loadSource } from '../data/sources.ts'
import { UserError } from '../tensor/errors.ts'
import type { RunOptions } from './options.ts'
import { settled } from './stopping.ts'
import type { SettledOptions } from './stopping.ts'

/** The data of a run, and what that decides of its options. */
export interface RunData {
  readonly options: SettledOptions
  /** What is learned from. */
  readonly source: Source
  /** What a run that stops by itself is judged by; null where nobody asks for it. */
  readonly heldOut: Source | null
}

/** What tells the data of a run. */
type DataOptions = Pick<RunOptions, 'data' | 'holdOut'>

/** Loads the data of a run. Throws a UserError where it is not there, or there is too little of it. */
export async function loadRunData(told: RunOptions, progress?: Preparing): Promise<RunData> {
  const { data } = told
  const whole = await loadSource(data, 'train', progress)
  const options = settled(told, { name: whole.name, count: whole.count, hasTest: hasTestPart(data) })
  if (options.holdOut > 0) {
    const { train, test } = holdOut(whole, options.holdOut)
    return { options, source: train, heldOut: test }
  }
  return { options, source: whole, heldOut: options.stop === 'auto' ? await loadSource(data, 'test') : null }
}

/** What a run learned from: all of its data but what was held back. */
export async function trainingDataOf({ data, holdOut: heldBack = 0 }: DataOptions): Promise<Source> {
  const whole = await loadSource(data)
  return heldBack === 0 ? whole : holdOut(whole, heldBack).train
}

/**
 * Real samples that a run has not learned from: those that it held back, or else the test part of its data. Throws a UserError where
 * there are none.
 */
export async function heldOutOf({ data, holdOut: heldBack = 0 }: DataOptions, progress?: Preparing): Promise<Source> {
  if (heldBack > 0) return holdOut(await loadSource(data, 'train', progress), heldBack).test
  if (hasTestPart(data)) return loadSource(data, 'test', progress)
  throw new UserError(
    `"${data}" has no separate test part, and nothing of it was held back when the run began; begin one with --hold-out 1000.`,
  )
}
