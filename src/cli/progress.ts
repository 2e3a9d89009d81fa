import { durationText, fixedText, quantityText } from './number-text.ts'

/** What is told about a training run while it goes on. A rate or time that is not known yet is NaN. */
export interface Progress {
  readonly step: number
  readonly steps: number
  readonly epoch: number
  readonly imagesPerSecond: number
  readonly discriminatorLoss: number
  readonly generatorLoss: number
  /** The mean probability of being real that the discriminator gives to real images, D(x). */
  readonly realScore: number
  /** The same for generated images, D(G(z)). */
  readonly fakeScore: number
  readonly secondsLeft: number
}

export interface ProgressLook {
  /** How many characters wide the terminal is. */
  readonly width: number
  readonly color: boolean
}

/** From left to right. */
const order = ['bar', 'done', 'step', 'epoch', 'speed', 'losses', 'scores', 'left'] as const
type Name = (typeof order)[number]

/** What a narrow line does without, first to last. How much is done stays. */
const expendable: readonly Name[] = ['epoch', 'step', 'bar', 'speed', 'losses', 'scores', 'left']

const gap = '  '
const shortestBar = 8
const longestBar = 24

/** A stretch of text in one style. */
type Span = readonly [text: string, style?: keyof typeof styles]

// The terminal's own palette, so that the line suits its theme.
const styles = { label: '\x1b[2m', done: '\x1b[36m', alarm: '\x1b[1;31m' } as const
const plainStyle = '\x1b[0m'

/**
 * One line to be drawn again and again in place. What is shown, and where, depends on the width and the number of steps
 * alone: numbers are padded, so nothing jumps. It stays one short of the width, as some terminals wrap at the edge.
 */
export function progressLine(progress: Progress, { width, color }: ProgressLook): string {
  const room = width - 1
  const pieces = piecesOf(progress, shortestBar)
  const names = fitting(pieces, room)
  const bar = Math.min(shortestBar + room - lineWidth(names, pieces), longestBar)
  const spans = joined(names, piecesOf(progress, bar))
  return spans.map(([text, style]) => (color && style ? styles[style] + text + plainStyle : text)).join('')
}

/** The same as one whole line for a log: no bar, no color, nothing left out. */
export function progressReport(progress: Progress): string {
  const names = order.filter((name) => name !== 'bar')
  return joined(names, piecesOf(progress, 0))
    .map(([text]) => text)
    .join('')
    .trimEnd()
}

type Pieces = Readonly<Record<Name, readonly Span[]>>

function piecesOf(progress: Progress, barWidth: number): Pieces {
  const { step, steps, epoch, imagesPerSecond, secondsLeft } = progress
  const share = Math.min(Math.max(step / steps, 0), 1)
  const filled = Math.floor(share * barWidth)
  return {
    done: [[`${Math.floor(share * 100)}%`.padStart(4)]],
    bar: [
      ['━'.repeat(filled), 'done'],
      ['─'.repeat(barWidth - filled), 'label'],
    ],
    step: [['step ', 'label'], [`${String(step).padStart(String(steps).length)}/${steps}`]],
    epoch: [['epoch ', 'label'], [String(epoch).padStart(3)]],
    speed: [[quantityText(imagesPerSecond).padStart(5)], [' img/s', 'label']],
    losses: [
      ['loss D ', 'label'],
      measured(progress.discriminatorLoss, fixedText, 6),
      [' G ', 'label'],
      measured(progress.generatorLoss, fixedText, 6),
    ],
    scores: [
      ['real ', 'label'],
      measured(progress.realScore, scoreText, 4),
      [' fake ', 'label'],
      measured(progress.fakeScore, scoreText, 4),
    ],
    left: [['left ', 'label'], [durationText(secondsLeft).padEnd(7)]],
  }
}

const scoreText = (score: number): string => score.toFixed(2)

/** A number out of the game itself: if it is not finite, training has failed, and that must be seen. */
const measured = (value: number, write: (value: number) => string, width: number): Span =>
  Number.isFinite(value)
    ? [write(value).padStart(width)]
    : [String(value).replace('Infinity', 'Inf').padStart(width), 'alarm']

function fitting(pieces: Pieces, room: number): readonly Name[] {
  let names: readonly Name[] = order
  for (const name of expendable) {
    if (lineWidth(names, pieces) <= room) break
    names = names.filter((kept) => kept !== name)
  }
  return names
}

const lineWidth = (names: readonly Name[], pieces: Pieces): number =>
  joined(names, pieces).reduce((sum, [text]) => sum + text.length, 0)

const joined = (names: readonly Name[], pieces: Pieces): readonly Span[] =>
  names.flatMap((name, index) => (index > 0 ? [[gap] as const, ...pieces[name]] : pieces[name]))
