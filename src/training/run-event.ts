import type { Check, Judgement } from '../gan/training/stop-rule.ts'
import type { MeansLine, RollbackLine } from '../runs/folder/log-lines.ts'
import type { Progress } from './run-progress.ts'

/** What a run tells while it goes on. */
export type RunEvent =
  /** About ten times a second. */
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** A line of the log was written. */
  | { readonly kind: 'log'; readonly line: MeansLine }
  /** The generator was checked. */
  | {
      readonly kind: 'check'
      /** What they saw. */
      readonly check: Check
      /** What all checks so far come to. */
      readonly judgement: Judgement
    }
  /** A picture of samples was written, of the same latents every time. */
  | { readonly kind: 'samples'; readonly step: number; readonly path: string }
  | { readonly kind: 'checkpoint'; readonly step: number; readonly path: string }
  /** Training broke down; it goes on from a checkpoint with half the learning rate. */
  | { readonly kind: 'rollback'; readonly line: RollbackLine }
  /** The last one: everything is written. */
  | { readonly kind: 'end'; readonly result: RunResult }

/** How a run ended. */
export interface RunResult {
  /** Steps done, over all sittings. */
  readonly step: number
  /** Seconds of training, over all sittings. */
  readonly seconds: number
  /** What ended it: its number of steps, its time, the signal, or that its samples no longer got better. */
  readonly reason: 'steps' | 'time' | 'signal' | 'stopped'
  /** What its checks came to; null where there were none. */
  readonly judgement: Judgement | null
  /** The step whose generator was kept: the best that was judged, or else the last one. */
  readonly kept: number
}
