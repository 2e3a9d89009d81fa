import { UserError } from '../../tensor/errors.ts'
import type { ColorBits } from './block-picture.ts'

const pictureKinds = ['kitty', 'iterm', 'blocks', 'none'] as const

/** How pictures are shown: in true pixels by Kitty's protocol or by iTerm2's, as half blocks, or not at all. */
export type PictureKind = (typeof pictureKinds)[number]

/** What an output stream can show. */
export interface TerminalCapabilities {
  /** Whether lines can be drawn again in place: a terminal, and not the dumbest one. */
  readonly live: boolean
  readonly colorBits: ColorBits
  readonly pictures: PictureKind
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * `NO_COLOR`, `FORCE_COLOR` and `TERM` are heard, as Node hears them. Pictures are shown as `FORGER_PICTURES` says, else
 * as the terminal can. `NO_COLOR` asks for text without colors: it takes them from half blocks, which are text, and leaves
 * pixels alone. Throws a UserError where `FORGER_PICTURES` names no way to show pictures.
 */
export function capabilitiesOf(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'getColorDepth'>,
  environment: Environment = process.env,
): TerminalCapabilities {
  const wished = chosenPictures(environment)
  if (!stream.isTTY) return { live: false, colorBits: 1, pictures: 'none' }
  const depth = stream.getColorDepth({ ...environment })
  const live = environment.TERM !== 'dumb'
  return {
    live,
    colorBits: depth === 24 || depth === 8 ? depth : 1,
    pictures: live ? (wished ?? picturesOf(environment)) : 'none',
  }
}

function chosenPictures({ FORGER_PICTURES: wish = '' }: Environment): PictureKind | null {
  const kind = pictureKinds.find((known) => known === wish)
  if (kind !== undefined) return kind
  if (wish === '') return null
  throw new UserError(`FORGER_PICTURES takes kitty, iterm, blocks or none, not "${wish}".`)
}

/** By the name that a terminal gives its own abilities: the surest sign, as nobody else's programs inherit it. */
const byTerm: Readonly<Record<string, PictureKind>> = {
  'xterm-kitty': 'kitty',
  'xterm-ghostty': 'kitty',
  wezterm: 'iterm',
}

/**
 * By the name that a terminal gives itself. WezTerm knows both protocols; iTerm2's, whose pictures are gone where text is
 * written over them, is the one that it always has. The terminal of VS Code is not here: it has pictures only where its
 * user wants them, and does not tell.
 */
const byProgram: Readonly<Record<string, PictureKind>> = {
  ghostty: 'kitty',
  WezTerm: 'iterm',
  'iTerm.app': 'iterm',
  mintty: 'iterm',
}

/** By variables of terminals that give themselves no name, or whose name does not come through ssh. */
const byVariable: readonly (readonly [isSet: (environment: Environment) => boolean, kind: PictureKind])[] = [
  [({ KITTY_WINDOW_ID }) => Boolean(KITTY_WINDOW_ID), 'kitty'],
  [({ KONSOLE_VERSION }) => Number(KONSOLE_VERSION) >= konsoleWithPictures, 'kitty'],
  [({ WEZTERM_PANE }) => Boolean(WEZTERM_PANE), 'iterm'],
  [({ LC_TERMINAL }) => LC_TERMINAL === 'iTerm2', 'iterm'],
]

/** 22.04.0 */
const konsoleWithPictures = 220_400

/** Programs inherit variables, so where two terminals speak, the inner one has to be found. */
function picturesOf(environment: Environment): PictureKind {
  const { TERM = '', TERM_PROGRAM = '' } = environment
  if (isMultiplexed(environment)) return 'blocks'
  if (Object.hasOwn(byTerm, TERM)) return byTerm[TERM]
  if (TERM_PROGRAM !== '') return Object.hasOwn(byProgram, TERM_PROGRAM) ? byProgram[TERM_PROGRAM] : 'blocks'
  return byVariable.find(([isSet]) => isSet(environment))?.[1] ?? 'blocks'
}

/** tmux, screen and Zellij keep the screen themselves, and know no pictures or only some. */
const isMultiplexed = ({ TERM = '', TMUX, STY, ZELLIJ }: Environment): boolean =>
  Boolean(TMUX || STY || ZELLIJ) || /^(screen|tmux)\b/.test(TERM)
