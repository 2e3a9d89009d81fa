import type { Source } from '../data/source.ts'
import type { Trainer } from '../gan/trainer.ts'
import type { RunFolder } from './folder-node.ts'
import type { RunOptions } from './options.ts'
import type { RunPlan } from './plan.ts'

/** A run that is ready for its first step. */
export interface OpenRun {
  readonly options: RunOptions
  readonly plan: RunPlan
  readonly source: Source
  readonly trainer: Trainer
  readonly folder: RunFolder
  close(): Promise<void>
}
