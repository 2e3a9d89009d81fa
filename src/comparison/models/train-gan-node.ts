import { existsSync } from 'node:fs'
import type { EvaluationProgress } from '../../features/evaluation-progress.ts'
import { closingOnError, openRun } from '../../runs/opening/open-run-node.ts'
import { resumeRun } from '../../training/resume-run-node.ts'
import { runFolderAt } from '../../runs/folder/run-folder.ts'
import { trainRun } from '../../training/train-run-node.ts'

/** How a GAN is trained for a comparison. */
export interface GanTraining {
  readonly recipe: string
  readonly minutes: number
  /** As `loadSource` takes it. */
  readonly data: string
  /** Images that are held back of it; 0 for none. */
  readonly holdOut: number
  readonly seed: number
  /** Undefined for one per core. */
  readonly threads: number | undefined
  /** Images in a step; default the recipe's. */
  readonly batch?: number
}

/** Trains a GAN in a folder of its own, or goes on with one that was stopped there. */
export async function trainGan(
  path: string,
  { minutes, threads, holdOut, ...options }: GanTraining,
  progress: EvaluationProgress,
): Promise<void> {
  progress('preparing to learn', 0, 0)
  const isThere = existsSync(runFolderAt(path).options)
  const own = threads === undefined ? {} : { threads }
  const run = isThere
    ? await resumeRun(path, { minutes, ...own })
    : await openRun({ ...options, minutes, out: path, ...(holdOut > 0 ? { holdOut } : {}), ...own })
  await closingOnError(run.close, async () => {
    const seconds = Math.ceil(60 * minutes)
    for await (const event of trainRun(run)) {
      if (event.kind === 'progress') {
        progress('learning, seconds', Math.floor(seconds * event.progress.share), seconds)
      }
    }
  })
  await run.close()
}
