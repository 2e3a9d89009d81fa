import { composeGrid } from '../runs/grid.ts'
import type { GridImages } from '../runs/grid.ts'
import type { Progress } from '../runs/progress.ts'
import type { RunView } from '../runs/train-run-node.ts'
import { liveArea } from './live-area.ts'
import type { TerminalStream } from './live-area.ts'
import type { Look } from './look.ts'
import { progressLines, progressReport } from './progress.ts'
import { terminalPicture } from './terminal-picture.ts'

/** How a run is shown until it ends. */
export interface LastingView extends RunView {
  /** Leaves what was shown last, and the terminal as it was. */
  end(): void
}

/** For terminals, lines in place; for files and pipes, a line now and then. */
export const runView = (stream: TerminalStream, look: Look): LastingView =>
  look.live ? liveView(stream, look) : plainView(stream)

const milliseconds = { line: 200, picture: 1500, plainLine: 5000 } as const

function liveView(stream: TerminalStream, { colorBits }: Look): LastingView {
  const area = liveArea(stream)
  const lineDue = timer(milliseconds.line)
  const pictureDue = timer(milliseconds.picture)
  let images: GridImages | null = null
  let frame = ''
  return {
    async show(progress, draw) {
      if (!lineDue() && progress.share < 1) return
      const columns = stream.columns ?? 80
      const room = { columns, rows: (stream.rows ?? 24) - 4 }
      if (pictureDue() || progress.share === 1) images = await draw()
      const picture = images === null ? '' : pictureOf(images, room, colorBits)
      frame = picture + progressLines(progress, { width: columns, color: colorBits > 1 })
      area.draw(frame)
    },
    end() {
      // A Ctrl-C may have left its mark behind the last line.
      if (frame !== '') area.draw(frame)
      area.end()
    },
  }
}

/** About how many characters wide one sample is, how many stand side by side and one above the other. */
const sample = { columns: 14, mostAcross: 10, mostDown: 2 } as const

/** As many samples as there is room for, and the line break behind them. */
function pictureOf(
  { images, shape }: GridImages,
  room: { columns: number; rows: number },
  colorBits: Look['colorBits'],
) {
  const [height, width, channels] = shape
  const shrunk = Math.max(1, Math.round(width / sample.columns))
  const gap = shrunk
  const columns = Math.floor(width / shrunk)
  const rows = Math.ceil(height / shrunk / 2)
  const across = Math.min(Math.floor(room.columns / (columns + 1)), sample.mostAcross)
  const down = Math.min(Math.floor(room.rows / (rows + 1)), sample.mostDown)
  if (across < 1 || down < 1) return ''
  const shown = images.subarray(0, across * down * height * width * channels)
  const grid = composeGrid({ images: shown, shape }, { columns: across, gap })
  return `${terminalPicture(grid, { columns: Math.floor(grid.width / shrunk), colorBits })}\n`
}

function plainView(stream: TerminalStream): LastingView {
  const due = timer(milliseconds.plainLine)
  let last: Progress | null = null
  let written: Progress | null = null
  const write = (progress: Progress) => {
    stream.write(`${progressReport(progress)}\n`)
    written = progress
  }
  return {
    async show(progress) {
      last = progress
      if (due()) write(progress)
    },
    end() {
      if (last !== null && last !== written) write(last)
    },
  }
}

/** Says whether at least so much time has passed since it last said so; the first time it has. */
function timer(period: number): () => boolean {
  let next = -Infinity
  return () => {
    const now = performance.now()
    if (now < next) return false
    next = now + period
    return true
  }
}
