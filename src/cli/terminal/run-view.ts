import type { GridImages } from '../../runs/samples/image-grid.ts'
import type { Progress } from '../../training/run-progress.ts'
import { liveArea } from './live-area.ts'
import type { Overlay, TerminalStream } from './live-area.ts'
import type { TerminalCapabilities } from './terminal-capabilities.ts'
import { progressLines, progressReport } from './progress-lines.ts'
import { sampleDrawer } from './sample-picture.ts'

/** How a run is shown until it ends. */
export interface RunView {
  /** Called after every chunk of steps; `draw` gives samples of the run's own latents, always the same ones. */
  show(progress: Progress, draw: () => Promise<GridImages>): Promise<void>
  /** Tells something that is to stay. */
  say(text: string): void
  /** Leaves what was shown last, and the terminal as it was. */
  end(): void
}

/** For terminals, lines in place; for files and pipes, a line now and then. */
export const runView = (stream: TerminalStream, terminal: TerminalCapabilities): RunView =>
  terminal.live ? liveView(stream, terminal) : plainView(stream)

const milliseconds = { line: 200, picture: 1500, plainLine: 5000 } as const

function liveView(stream: TerminalStream, terminal: TerminalCapabilities): RunView {
  const area = liveArea(stream)
  const drawSamples = sampleDrawer(terminal)
  const lineDue = timer(milliseconds.line)
  const pictureDue = timer(milliseconds.picture)
  let images: GridImages | null = null
  let [frame, overlay]: [string, Overlay | null] = ['', null]
  return {
    async show(progress, draw) {
      if (!lineDue() && progress.share < 1) return
      const columns = stream.columns ?? 80
      const room = { columns, rows: (stream.rows ?? 24) - 4 }
      const wanted = terminal.pictures !== 'none' && (pictureDue() || progress.share === 1)
      if (wanted) images = await draw()
      const picture = images === null ? null : await drawSamples(images, room)
      overlay = picture?.overlay ?? null
      frame = (picture?.text ?? '') + progressLines(progress, { width: columns, color: terminal.colorBits > 1 })
      area.draw(frame, overlay)
    },
    say: (text) => area.print(text),
    end() {
      // A Ctrl-C may have left its mark behind the last line.
      if (frame !== '') area.draw(frame, overlay)
      frame = ''
      area.end()
    },
  }
}

function plainView(stream: TerminalStream): RunView {
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
    say: (text) => stream.write(`${text}\n`),
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
