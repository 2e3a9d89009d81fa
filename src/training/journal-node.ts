import type { Reports } from '../gan/game/game.ts'
import type { Chunk } from '../gan/training/training-loop.ts'
import { tensorBoardEventsOf } from '../runs/folder/tensorboard-of-log.ts'
import type { TensorBoardFile } from '../files/tensorboard-file-node.ts'
import type { LogLine, MeansLine } from '../runs/folder/log-lines.ts'
import { openLog } from '../runs/folder/log-file-node.ts'
import type { RunPlan } from '../runs/options/run-plan.ts'
import { epochAt, meansOf } from './run-progress.ts'

/** What a run writes down of its steps: a log for people and programs, and the same for TensorBoard. */
export interface Journal {
  /** Takes a chunk of steps; gives the line that it completed, if it did. */
  add(chunk: Chunk): Promise<MeansLine | null>
  /** Writes what is left to be summed up. */
  flush(): Promise<MeansLine | null>
  /** Writes a line that was made elsewhere. */
  write(line: LogLine): Promise<void>
  /** All lines up to now. */
  readonly lines: readonly LogLine[]
  close(): Promise<void>
}

/** What a journal needs to know of its run. */
export interface JournalOptions {
  readonly plan: RunPlan
  /** How many steps a line sums up. */
  readonly every: number
  /** How what the game reports is shown. */
  readonly reports: Reports
}

/** A journal whose log begins with the kept lines. */
export async function openJournal(
  path: string,
  kept: readonly LogLine[],
  tensorBoard: TensorBoardFile,
  { plan, every, reports }: JournalOptions,
): Promise<Journal> {
  const log = await openLog(path, kept)
  const lines = [...kept]
  let chunks: Chunk[] = []
  async function write(line: LogLine): Promise<void> {
    lines.push(line)
    await log.add(line)
    for (const event of tensorBoardEventsOf([line], reports)) await tensorBoard.add(event)
  }
  async function flush(): Promise<MeansLine | null> {
    if (chunks.length === 0) return null
    const line = summary(chunks, plan)
    chunks = []
    await write(line)
    return line
  }
  return {
    lines,
    write,
    async add(chunk) {
      chunks.push(chunk)
      return chunk.step % every === 0 ? flush() : null
    },
    flush,
    close: log.close,
  }
}

function summary(chunks: readonly Chunk[], { stepsPerEpoch, imagesPerStep }: RunPlan): MeansLine {
  const { step, elapsed } = chunks[chunks.length - 1]
  const reports = chunks.flatMap((chunk) => chunk.reports)
  const seconds = chunks.reduce((total, chunk) => total + chunk.seconds, 0)
  return {
    step,
    epoch: epochAt(step, stepsPerEpoch),
    seconds: elapsed,
    time: new Date().toISOString(),
    imagesPerSecond: (reports.length * imagesPerStep) / seconds,
    scalars: meansOf(reports),
  }
}
