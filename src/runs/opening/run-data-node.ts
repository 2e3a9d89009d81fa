import { holdOut } from '../../data/hold-out.ts'
import type { Preparing, Source } from '../../data/source.ts'
import { hasTestPart, loadSource } from '../../data/sources.ts'
import type { RunOptions } from '../options/run-options.ts'
import { settled } from './settled-options.ts'
import type { SettledOptions } from './settled-options.ts'

/** The data of a run, and what that decides of its options. */
export interface RunData {
  readonly options: SettledOptions
  /** What is learned from. */
  readonly source: Source
  /** What the checks of a run that stops by itself use; null where it does not. */
  readonly heldOut: Source | null
}

/** What tells the data of a run. */
type DataOptions = Pick<RunOptions, 'data' | 'holdOut'>

/** Loads the data of a run. Throws a UserError where it is not there, or there is too little of it. */
export async function loadRunData(given: RunOptions, progress?: Preparing): Promise<RunData> {
  const { data } = given
  const whole = await loadSource(data, 'train', progress)
  const options = settled(given, { name: whole.name, count: whole.count, hasTest: await hasTestPart(data) })
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

/** All parts of a run's data. */
interface RunParts {
  readonly whole: Source
  /** What was learned from: all but what was held back. */
  readonly training: Source
  /** Real samples that were not learned from: what was held back, or else the test part; null where there are none. */
  readonly heldOut: Source | null
}

/** Loads all parts of a run's data, each once. */
export async function partsOf({ data, holdOut: heldBack = 0 }: DataOptions, progress?: Preparing): Promise<RunParts> {
  const whole = await loadSource(data, 'train', progress)
  if (heldBack > 0) {
    const { train, test } = holdOut(whole, heldBack)
    return { whole, training: train, heldOut: test }
  }
  return {
    whole,
    training: whole,
    heldOut: (await hasTestPart(data)) ? await loadSource(data, 'test', progress) : null,
  }
}
