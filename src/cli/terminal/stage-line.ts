import type { EvaluationProgress } from '../../features/evaluation-progress.ts'
import type { TerminalStream } from './live-area.ts'
import { passingLine } from './passing-line.ts'

/** Milliseconds between changes of how far a stage is. */
const period = 250

/** Who tells what is being done. */
export interface StageLine {
  readonly show: EvaluationProgress
  /** Takes the line away; may be called more than once. */
  end(): void
}

/** Shows the stage of a task and its progress on one line of a terminal, which is cleared at the end. Writes nothing elsewhere. */
export function stageLine(stream: TerminalStream & { readonly isTTY?: boolean }): StageLine {
  if (!stream.isTTY) return { show: () => {}, end: () => {} }
  const line = passingLine(stream)
  let current: string | null = null
  let next = 0
  return {
    show(stage, done, total) {
      if (stage === current && performance.now() < next) return
      current = stage
      next = performance.now() + period
      line.show(total === 0 ? stage : `${stage}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`)
    },
    end() {
      if (current !== null) line.show('')
      current = null
    },
  }
}
