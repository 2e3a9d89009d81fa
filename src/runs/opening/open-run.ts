import type { Source } from '../../data/source.ts'
import type { Trainer } from '../../gan/training/trainer.ts'
import type { RunOptions } from '../options/run-options.ts'
import type { RunPlan } from '../options/run-plan.ts'
import type { FirstWeights } from './first-weights.ts'
import type { RunFolder } from '../folder/run-folder.ts'

/** A run whose folder does not exist yet. */
export interface PreparedRun {
  readonly options: RunOptions
  readonly plan: RunPlan
  readonly source: Source
  readonly heldOut: Source | null
  readonly trainer: Trainer
  /** What it begins with from another run; null where it begins with nothing, or goes on. */
  readonly first: FirstWeights | null
  close(): Promise<void>
}

/** How far a run is. */
export interface RunPosition {
  /** Steps done, over all sittings. */
  readonly step: number
  /** Seconds of training, over all sittings. */
  readonly seconds: number
}

/** A run that is ready to go on. It alone writes to its folder until it is closed. */
export interface OpenRun {
  /** What it was told, defaults filled in. */
  readonly options: RunOptions
  /** What that comes to. */
  readonly plan: RunPlan
  /** The real samples that it learns from. */
  readonly source: Source
  /** Others that its checks use; null where it does not stop by itself. */
  readonly heldOut: Source | null
  /** Where everything lies that it writes. */
  readonly folder: RunFolder
  /** Everything that decides its bytes; see identityOf. */
  readonly identity: string
  /** Where it goes on: at step 0 unless it was resumed. */
  readonly start: RunPosition
  /** What it begins with from another run; null where it begins with nothing, or goes on. */
  readonly first: FirstWeights | null
  /** How often it has broken down, each time halving the learning rate. */
  readonly rollbacks: number
  /** Plays the game; another one after every rollback. */
  readonly trainer: Trainer
  /**
   * Begins anew from the checkpoint at that step (0: from the first state or, in a run from another's weights, from those), as after that many rollbacks. Gives how many there
   * had been when the checkpoint was written.
   */
  rollBack(step: number, rollbacks: number): Promise<number>
  /** Ends its threads and leaves its folder to others. */
  close(): Promise<void>
}
