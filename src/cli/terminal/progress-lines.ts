import type { ReportedScalar } from '../../gan/game/game.ts'
import type { Progress } from '../../training/run-progress.ts'
import { durationText, fixedText, quantityText } from './number-text.ts'

export interface LineLayout {
  /** How many characters wide the terminal is. */
  readonly width: number
  readonly color: boolean
}

/** From left to right. */
const order = ['bar', 'done', 'step', 'epoch', 'speed', 'losses', 'others', 'left'] as const
type Name = (typeof order)[number]

/** What stands above what where one line has no room for all of it. */
const twoLines: readonly (readonly Name[])[] = [
  ['bar', 'done', 'step', 'epoch', 'speed', 'left'],
  ['losses', 'others'],
]

/** What a narrow line does without, first to last. How much is done stays. */
const expendable: readonly Name[] = ['epoch', 'speed', 'bar', 'step', 'left', 'losses', 'others']

const gap = '  '
const shortestBar = 8
const longestBar = 24

/** A stretch of text in one style. */
type Span = readonly [text: string, style?: keyof typeof styles]

// The terminal's own palette, so that the line suits its theme.
const styles = { label: '\x1b[2m', done: '\x1b[36m', alarm: '\x1b[1;31m' } as const
const plainStyle = '\x1b[0m'

/**
 * One line to be drawn again and again in place, or two of them where one is too narrow. What is shown, and where,
 * depends on the width and the number of steps alone: numbers are padded, so nothing jumps. Lines stay one short of the
 * width, as some terminals wrap at the edge.
 */
export function progressLines(progress: Progress, { width, color }: LineLayout): string {
  const room = width - 1
  const pieces = piecesOf(progress, shortestBar)
  const lines = lineWidth(order, pieces) <= room ? [order] : twoLines.map((names) => fitting(names, pieces, room))
  return lines
    .map((names) => {
      const bar = names.includes('bar') ? Math.min(shortestBar + room - lineWidth(names, pieces), longestBar) : 0
      const spans = joined(names, piecesOf(progress, bar))
      return spans.map(([text, style]) => (color && style ? styles[style] + text + plainStyle : text)).join('')
    })
    .filter((line) => line !== '')
    .join('\n')
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
  const { share, step, steps, epoch, imagesPerSecond, secondsLeft } = progress
  const filled = Math.floor(share * barWidth)
  return {
    done: [[`${Math.floor(share * 100)}%`.padStart(4)]],
    bar: [
      ['━'.repeat(filled), 'done'],
      ['─'.repeat(barWidth - filled), 'label'],
    ],
    step: [['step ', 'label'], [stepText(step, steps)]],
    epoch: [['epoch ', 'label'], [String(epoch).padStart(3)]],
    speed: [[quantityText(imagesPerSecond).padStart(5)], [' img/s', 'label']],
    losses: reported(progress, ({ chart }) => chart === 'Losses'),
    others: reported(progress, ({ chart }) => chart !== 'Losses'),
    left: [['left ', 'label'], [durationText(secondsLeft).padEnd(7)]],
  }
}

/** What a game reports under short names. A scalar that this stage does not report keeps its place. */
function reported({ scalars, reports }: Progress, isWanted: (report: ReportedScalar) => boolean): readonly Span[] {
  return Object.entries(reports)
    .filter(([, report]) => report.short !== undefined && isWanted(report))
    .flatMap(([name, { short, isShare = false }], index): Span[] => [
      [`${index > 0 ? ' ' : ''}${short} `, 'label'],
      Object.hasOwn(scalars, name)
        ? measured(scalars[name], isShare ? scoreText : fixedText, isShare ? 4 : 6)
        : ['-'.padStart(isShare ? 4 : 6)],
    ])
}

/** Without a planned number of steps there is room for a million. */
const stepText = (step: number, steps: number | null): string =>
  steps === null ? String(step).padStart(7) : `${String(step).padStart(String(steps).length)}/${steps}`

const scoreText = (score: number): string => score.toFixed(2)

/** A number out of the game itself: if it is not finite, training has failed, and that must be seen. */
const measured = (value: number, write: (value: number) => string, width: number): Span =>
  Number.isFinite(value)
    ? [write(value).padStart(width)]
    : [String(value).replace('Infinity', 'Inf').padStart(width), 'alarm']

function fitting(whole: readonly Name[], pieces: Pieces, room: number): readonly Name[] {
  let names = whole
  for (const name of expendable) {
    if (lineWidth(names, pieces) <= room) break
    names = names.filter((kept) => kept !== name)
  }
  return names
}

const lineWidth = (names: readonly Name[], pieces: Pieces): number =>
  joined(names, pieces).reduce((sum, [text]) => sum + text.length, 0)

/** Side by side; a game may have nothing to show under a name. */
const joined = (names: readonly Name[], pieces: Pieces): readonly Span[] =>
  names
    .filter((name) => pieces[name].length > 0)
    .flatMap((name, index) => (index > 0 ? [[gap] as const, ...pieces[name]] : pieces[name]))
