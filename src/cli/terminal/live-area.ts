import { stripVTControlCharacters } from 'node:util'

/** As much of a terminal's output as is needed here; process.stdout is one. */
export interface TerminalStream {
  write(text: string): unknown
  readonly columns?: number
  readonly rows?: number
}

/** A size in characters. */
export interface Cells {
  readonly columns: number
  readonly rows: number
}

/** A picture in pixels that covers blank lines. */
export interface Overlay extends Cells {
  /** Paints it, its upper left corner where the cursor stands. Where that leaves the cursor does not matter. */
  readonly paint: string
  /** Takes it from the screen and out of the terminal's memory; '' where writing over it does both. */
  readonly remove: string
}

/** Lines at the bottom of a terminal that are drawn again and again in place. */
export interface LiveArea {
  /**
   * Replaces what was drawn before. Where the text is higher than the terminal, its last lines are shown. The overlay
   * stands on the first lines, which should be blank; it is not shown where it would not be seen whole.
   */
  draw(text: string, overlay?: Overlay | null): void
  /** Writes lines that stay, above the live ones. */
  print(text: string): void
  /** Leaves what was drawn last and gives the cursor back, on a line of its own. May be called more than once. */
  end(): void
}

const hideCursor = '\x1b[?25l'
const showCursor = '\x1b[?25h'
const saveCursor = '\x1b7'
const restoreCursor = '\x1b8'
const eraseLine = '\x1b[2K'
const eraseBelow = '\x1b[J'
// Terminals that know these show what stands between them at once; the others ignore them.
const beginFrame = '\x1b[?2026h'
const endFrame = '\x1b[?2026l'

interface Frame {
  readonly lines: readonly string[]
  readonly overlay: Overlay | null
  /** How wide the terminal was. */
  readonly columns: number | undefined
}

export function liveArea(stream: TerminalStream): LiveArea {
  let shown: Frame | null = null

  /** To the first line of a frame from its last one. Heights are counted anew: a terminal that was made narrower has wrapped its lines. */
  const toStart = ({ lines }: Frame): string => {
    const height = lines.reduce((sum, line) => sum + heightOf(line, stream.columns), 0)
    return height > 1 ? `\r\x1b[${height - 1}A` : '\r'
  }

  /** Below the lines there is room by now, so nothing scrolls, and the cursor comes back to where it was. */
  const painted = (frame: Frame): string =>
    frame.overlay === null ? '' : saveCursor + toStart(frame) + frame.overlay.paint + restoreCursor

  return {
    draw(text, overlay = null) {
      const before = shown
      const frame = frameOf(text.split('\n'), overlay, stream)
      const start = before === null ? hideCursor : toStart(before)
      // A picture is many bytes, and the line below it changes far more often: what stands there already is passed over.
      const same = before !== null && sameLayout(before, frame)
      const stands = (line: string, index: number) =>
        same && line === before.lines[index] && heightOf(line, stream.columns) === 1
      const picture = same && frame.overlay === before.overlay ? '' : painted(frame) + gone(before, frame)
      stream.write(beginFrame + start + inPlace(frame.lines, stands) + picture + endFrame)
      shown = frame
    },
    print(text) {
      const before = shown
      if (before === null) {
        stream.write(`${text}\n`)
        return
      }
      const frame = frameOf(before.lines, before.overlay, stream)
      const lines = `${eraseBelow}${text}\n${inPlace(frame.lines)}`
      stream.write(beginFrame + toStart(before) + lines + painted(frame) + gone(before, frame) + endFrame)
      shown = frame
    },
    end() {
      if (shown !== null) stream.write(`\n${showCursor}`)
      shown = null
    },
  }
}

function frameOf(all: readonly string[], overlay: Overlay | null, { columns, rows = Infinity }: TerminalStream): Frame {
  const lines = all.slice(-Math.max(1, rows - 1))
  const isWhole = lines.length === all.length && (overlay?.columns ?? 0) <= (columns ?? Infinity)
  return { lines, overlay: isWhole ? overlay : null, columns }
}

/** Takes an old picture away after the new one came, so that there always is one; nothing where the new one took its name. */
const gone = (before: Frame | null, { overlay }: Frame): string =>
  before?.overlay?.remove === overlay?.remove ? '' : (before?.overlay?.remove ?? '')

const sameLayout = (a: Frame, b: Frame): boolean =>
  a.columns === b.columns &&
  a.lines.length === b.lines.length &&
  a.overlay?.columns === b.overlay?.columns &&
  a.overlay?.rows === b.overlay?.rows

/** Each line is erased before it is written: behind a full line the cursor still stands on its last character. */
function inPlace(lines: readonly string[], stands: (line: string, index: number) => boolean = () => false): string {
  const above = lines.slice(0, -1).map((line, index) => (stands(line, index) ? '' : eraseLine + line))
  return [...above, eraseBelow + lines.at(-1)].join('\n')
}

function heightOf(line: string, columns = Infinity): number {
  return Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns))
}
