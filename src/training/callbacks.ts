import type { StepReport } from '../gan/training/trainer.ts'
import type { OpenRun } from '../runs/opening/open-run.ts'
import { UserError } from '../tensor/errors.ts'
import type { Task } from './schedule.ts'

/**
 * Something of your own that a run does every so many steps: draw samples for your own tool, measure, save, stop.
 * Training waits until it is done. It comes after the run's own log, picture and check of the step and before its checkpoint,
 * so a resumed run, or one that was rolled back, calls it again for the steps that it repeats.
 */
export interface Callback {
  /** What it is called in messages. */
  readonly name: string
  /** It is called after each step that is a multiple of this number, counted from the beginning of the run. */
  readonly every: number
  /** What it does. An error ends the run as it is; the run can be resumed from its last checkpoint. */
  run(context: CallbackContext): void | Promise<void>
}

/** What a callback is given. */
export interface CallbackContext {
  /** Steps done, over all sittings. */
  readonly step: number
  /** What the last of them reported. */
  readonly report: StepReport
  /** The run: its options, folder and trainer. `run.trainer.sample(64)` draws samples and changes nothing. */
  readonly run: OpenRun
  /** Ends the run after this step as a signal would: with a checkpoint, its model and its report. */
  stop(): void
}

/** How `trainRun` is stopped from outside, and what it does besides. */
export interface TrainRunOptions {
  /** Ends the run after the chunk of steps in which it is aborted. */
  readonly signal?: AbortSignal
  /** Called in this order. */
  readonly callbacks?: readonly Callback[]
}

/** Callbacks as tasks. Throws a UserError where `every` is no number of steps. */
export const tasksOf = (callbacks: readonly Callback[], run: OpenRun, stop: () => void): Task[] =>
  callbacks.map(({ name, every, run: call }) => {
    if (!Number.isInteger(every) || every < 1) {
      throw new UserError(`The callback ${name} is to run every ${every} steps; give a whole number from 1 on.`)
    }
    return {
      name: `callback ${name}`,
      every,
      isDue: (step) => step % every === 0,
      async run({ step, reports }) {
        await call({ step, report: reports[reports.length - 1], run, stop })
        return null
      },
    }
  })
