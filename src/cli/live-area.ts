import { stripVTControlCharacters } from 'node:util'

/** As much of a terminal's output as is needed here; process.stdout is one. */
export interface TerminalStream {
  write(text: string): unknown
  readonly columns?: number
  readonly rows?: number
}

/** Lines at the bottom of a terminal that are drawn again and again in place. */
export interface LiveArea {
  /** Replaces what was drawn before. Where the text is higher than the terminal, its last lines are shown. */
  draw(text: string): void
  /** Writes lines that stay, above the live ones. */
  print(text: string): void
  /** Leaves what was drawn last and gives the cursor back, on a line of its own. May be called more than once. */
  end(): void
}

const hideCursor = '\x1b[?25l'
const showCursor = '\x1b[?25h'
const eraseLine = '\x1b[2K'
const eraseBelow = '\x1b[J'
// Terminals that know these show what stands between them at once; the others ignore them.
const beginFrame = '\x1b[?2026h'
const endFrame = '\x1b[?2026l'

export function liveArea(stream: TerminalStream): LiveArea {
  let shown: readonly string[] = []
  let shownColumns = stream.columns

  /** To the first line of the area. Heights are counted anew: a terminal that was made narrower has wrapped its lines. */
  const toStart = (): string => {
    const height = shown.reduce((sum, line) => sum + heightOf(line, stream.columns), 0)
    return height > 1 ? `\r\x1b[${height - 1}A` : '\r'
  }

  return {
    draw(text) {
      const start = shown.length > 0 ? toStart() : hideCursor
      const lines = text.split('\n').slice(-Math.max(1, (stream.rows ?? Infinity) - 1))
      // A picture is many bytes, and the line below it changes far more often: what stands there already is passed over.
      const same = stream.columns === shownColumns && lines.length === shown.length
      const stands = (line: string, index: number) =>
        same && line === shown[index] && heightOf(line, stream.columns) === 1
      stream.write(beginFrame + start + inPlace(lines, stands) + endFrame)
      shown = lines
      shownColumns = stream.columns
    },
    print(text) {
      const frame = shown.length > 0 ? `${toStart()}${eraseBelow}${text}\n${inPlace(shown)}` : `${text}\n`
      stream.write(beginFrame + frame + endFrame)
    },
    end() {
      if (shown.length > 0) stream.write(`\n${showCursor}`)
      shown = []
    },
  }
}

/** Each line is erased before it is written: behind a full line the cursor still stands on its last character. */
function inPlace(lines: readonly string[], stands: (line: string, index: number) => boolean = () => false): string {
  const above = lines.slice(0, -1).map((line, index) => (stands(line, index) ? '' : eraseLine + line))
  return [...above, eraseBelow + lines.at(-1)].join('\n')
}

function heightOf(line: string, columns = Infinity): number {
  return Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns))
}
