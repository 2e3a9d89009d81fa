import type { TerminalStream } from './live-area.ts'

/** A line on a terminal that tells how far something is, and is gone afterwards. */
export interface PassingLine {
  /** Shows a text in place of the last one. */
  show(text: string): void
}

const eraseLine = '\x1b[2K'

/** A terminal that does not know how wide it is says 0. */
const widthOf = ({ columns = 0 }: TerminalStream): number => (columns > 0 ? columns : 80)

export const passingLine = (stream: TerminalStream): PassingLine => ({
  // The cursor goes back: whatever is written next, as a mistake that ended it all, stands on this line.
  show: (text) => void stream.write(`\r${eraseLine}${text.slice(0, widthOf(stream) - 1)}\r`),
})
