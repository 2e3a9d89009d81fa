import type { Chunk } from '../gan/training/training-loop.ts'
import type { RunEvent } from './run-event.ts'

/** Something that a run does after some of its steps. */
export interface Task {
  readonly name: string
  /** Chunks of steps end at every multiple of this number. Without it, the task takes the chunks as they come. */
  readonly every?: number
  /**
   * Whether the task is due after that step.
   * @param later the names of the tasks behind this one in the schedule that are due after the same step
   */
  isDue(step: number, later: readonly string[]): boolean
  /** Does the task after the last step of a chunk. Returns what there is to tell, or null. */
  run(chunk: Chunk): Promise<RunEvent | null>
}

/** The tasks of a schedule that are due after a step, in its order. The last one is asked first: see `later`. */
export const dueAfter = (step: number, schedule: readonly Task[]): Task[] =>
  schedule.reduceRight<Task[]>((later, task) => {
    const names = later.map(({ name }) => name)
    return task.isDue(step, names) ? [task, ...later] : later
  }, [])

/** The numbers of steps at whose multiples a schedule wants chunks to end. */
export const stopsOf = (schedule: readonly Task[]): number[] =>
  schedule.flatMap(({ every }) => (every === undefined ? [] : [every]))

/** A clock that runs out after some seconds, and can be set back. */
export interface Countdown {
  isOver(): boolean
  restart(): void
}

export function countdown(seconds: number): Countdown {
  let start = performance.now()
  return {
    isOver: () => performance.now() - start > seconds * 1000,
    restart() {
      start = performance.now()
    },
  }
}
