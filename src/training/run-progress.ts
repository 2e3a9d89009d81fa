import type { Reports } from '../gan/game/game.ts'
import type { Chunk } from '../gan/training/training-loop.ts'
import type { StepReport } from '../gan/training/trainer.ts'
import type { RunPlan } from '../runs/options/run-plan.ts'

/** What is told about a training run while it goes on. A rate or time that is not known yet is NaN. */
export interface Progress {
  /** Steps done, over all sittings. */
  readonly step: number
  /** How many steps are planned; null where only the time is. */
  readonly steps: number | null
  /** How much of the run is done, by steps or by time, whichever is further: 0 to 1. */
  readonly share: number
  /** The present pass over the data, from 1 on. */
  readonly epoch: number
  /** Real images read in a second. */
  readonly imagesPerSecond: number
  /** What the game reports, by name: means of the last steps. */
  readonly scalars: Readonly<Record<string, number>>
  /** How that is shown. */
  readonly reports: Reports
  /** Seconds until the first limit is reached. */
  readonly secondsLeft: number
}

/** Numbers of single steps jump; what people read is the mean of at least this many steps and this many seconds. */
const readable = { steps: 10, seconds: 1 }

/** Follows a run chunk by chunk. */
export function progressMeter(
  { imagesPerStep, stepsPerEpoch, limits }: RunPlan,
  reports: Reports,
): (chunk: Chunk) => Progress {
  let recent: Chunk[] = []
  return (chunk) => {
    recent = shortest([...recent, chunk])
    const steps = recent.flatMap((one) => one.reports)
    const stepsPerSecond = steps.length / sum(recent.map(({ seconds }) => seconds))
    const { step, elapsed } = chunk
    return {
      step,
      steps: limits.steps,
      share: shareOf(limits, step, elapsed),
      epoch: epochAt(step, stepsPerEpoch),
      imagesPerSecond: stepsPerSecond * imagesPerStep,
      secondsLeft: Math.min(
        ((limits.steps ?? Infinity) - step) / stepsPerSecond,
        Math.max(0, (limits.seconds ?? Infinity) - elapsed),
      ),
      scalars: meansOf(steps),
      reports,
    }
  }
}

/** The epoch that a step belonged to, from 1 on. */
export const epochAt = (step: number, stepsPerEpoch: number): number => Math.max(1, Math.ceil(step / stepsPerEpoch))

/** The mean of every number that steps reported, over those that did: stages may report different ones. */
export function meansOf(steps: readonly StepReport[]): Readonly<Record<string, number>> {
  const names = new Set(steps.flatMap((report) => Object.keys(report)))
  names.delete('finite')
  return Object.fromEntries(
    [...names].map((name) => {
      const values = steps.flatMap((report) => (Object.hasOwn(report, name) ? [report[name]] : []))
      return [name, sum(values) / values.length]
    }),
  )
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The fewest last chunks that are enough to be read. */
function shortest(chunks: readonly Chunk[]): Chunk[] {
  let [steps, seconds] = [0, 0]
  let first = chunks.length
  while (first > 0 && (steps < readable.steps || seconds < readable.seconds)) {
    first--
    steps += chunks[first].reports.length
    seconds += chunks[first].seconds
  }
  return chunks.slice(first)
}

const shareOf = (limits: RunPlan['limits'], step: number, elapsed: number): number =>
  Math.min(1, Math.max(step / (limits.steps ?? Infinity), elapsed / (limits.seconds ?? Infinity)))
