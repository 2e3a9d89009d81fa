import type { Preparing } from '../data/source.ts'
import type { TerminalStream } from './live-area.ts'

/** Milliseconds between changes, and until the first one: what takes no longer is not worth a line. */
const period = 250

const eraseLine = '\x1b[2K'

/** A terminal that does not know how wide it is says 0. */
const widthOf = ({ columns = 0 }: TerminalStream): number => (columns > 0 ? columns : 80)

/** Tells on a terminal how far pictures are prepared, in a line that is gone afterwards; tells nobody else. */
export function preparing(stream: TerminalStream & { readonly isTTY?: boolean }): Preparing {
  if (!stream.isTTY) return () => {}
  let next = performance.now() + period
  let isSeen = false
  return (done, total) => {
    const isOver = done === total
    if (isOver ? !isSeen : performance.now() < next) return
    next = performance.now() + period
    isSeen = !isOver
    const text = isOver ? '' : `preparing ${done.toLocaleString('en')} of ${total.toLocaleString('en')} images`
    // The cursor goes back: whatever is written next, as a mistake that ended it all, stands on this line.
    stream.write(`\r${eraseLine}${text.slice(0, widthOf(stream) - 1)}\r`)
  }
}
