import type { Preparing } from '../../data/source.ts'
import type { TerminalStream } from './live-area.ts'
import { passingLine } from './passing-line.ts'

/** Milliseconds between changes, and until the first one: what takes no longer is not worth a line. */
const period = 250

/** Shows how many pictures are prepared on one line of a terminal, which is cleared afterwards. Writes nothing elsewhere. */
export function preparingLine(stream: TerminalStream & { readonly isTTY?: boolean }): Preparing {
  if (!stream.isTTY) return () => {}
  const line = passingLine(stream)
  let next = performance.now() + period
  let isSeen = false
  return (done, total) => {
    const isOver = done === total
    if (isOver ? !isSeen : performance.now() < next) return
    next = performance.now() + period
    isSeen = !isOver
    line.show(isOver ? '' : `preparing ${done.toLocaleString('en')} of ${total.toLocaleString('en')} images`)
  }
}
