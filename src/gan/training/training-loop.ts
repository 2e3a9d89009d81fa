import type { StepReport, Trainer } from './trainer.ts'

export interface LoopOptions {
  /** Steps that were done before, and the seconds that they took. */
  readonly start: { readonly step: number; readonly seconds: number }
  /** Ends when this many steps are done; null for no such limit. */
  readonly steps: number | null
  /** Ends after this many seconds in all, all that happens between chunks counted in; null for no such limit. */
  readonly seconds: number | null
  /** Chunks end at every multiple of these numbers of steps. */
  readonly stopAt: readonly number[]
  /** Ends the loop after the running chunk. */
  readonly signal: AbortSignal
}

/** Steps that were trained in one go. */
export interface Chunk {
  /** One for each step. */
  readonly reports: readonly StepReport[]
  /** Steps done at its end. */
  readonly step: number
  /** What it took, in seconds. */
  readonly seconds: number
  /** Seconds of training in all. */
  readonly elapsed: number
}

/** About how long a chunk takes: long enough to cost nothing, short enough for a person to see no pause. */
const wishedSeconds = 0.1

/**
 * Trains from `start` on until a limit or the signal ends it, and gives the floor to whoever iterates after every
 * chunk: for pictures, progress, checks. Chunks become as long as wished by themselves.
 */
export async function* trainInChunks(
  trainer: Pick<Trainer, 'train'>,
  { start, steps, seconds, stopAt, signal }: LoopOptions,
): AsyncGenerator<Chunk> {
  const begin = performance.now()
  const secondsSince = (moment: number) => (performance.now() - moment) / 1000
  const elapsed = () => start.seconds + secondsSince(begin)
  const left = () => (seconds ?? Infinity) - elapsed()
  let { step } = start
  let length = 1
  while (step < (steps ?? Infinity) && left() > 0 && !signal.aborted) {
    const toStop = stopAt.map((multiple) => multiple - (step % multiple))
    const chunk = Math.min(length, (steps ?? Infinity) - step, ...toStop)
    const before = performance.now()
    const reports = await trainer.train(chunk)
    const taken = secondsSince(before)
    step += chunk
    yield { reports, step, seconds: taken, elapsed: elapsed() }
    // At most twice as many as before: the first chunk of all is slow, and so may be a chunk of one step.
    const wished = Math.round((chunk * Math.min(wishedSeconds, left())) / taken)
    length = Math.max(1, Math.min(wished, 2 * length))
  }
}
