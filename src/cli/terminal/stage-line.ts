import type { EvaluationProgress } from '../../features/evaluation-progress.ts'
import type { TerminalStream } from './live-area.ts'
import { passingLine } from './passing-line.ts'

/** Milliseconds between changes of how far a stage is. */
const period = 250

/** Who tells what is being done. */
export interface Stages {
  readonly tell: EvaluationProgress
  /** Takes the line away; may be called more than once. */
  end(): void
}

/** Tells on a terminal what is being done and how far that is, in a line that is gone at the end; tells nobody else. */
export function stages(stream: TerminalStream & { readonly isTTY?: boolean }): Stages {
  if (!stream.isTTY) return { tell: () => {}, end: () => {} }
  const line = passingLine(stream)
  let current: string | null = null
  let next = 0
  return {
    tell(stage, done, total) {
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
