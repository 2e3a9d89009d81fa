import { describe, expect, it } from 'vitest'
import { capabilitiesOf } from '../../../src/cli/terminal/terminal-capabilities.ts'
import { UserError } from '../../../src/tensor/errors.ts'

const stream = (isTTY: boolean) => ({
  isTTY,
  // As Node does it: by the environment that it is handed.
  getColorDepth: ({ NO_COLOR, COLORTERM }: Record<string, string | undefined> = {}) =>
    NO_COLOR ? 1 : COLORTERM === 'truecolor' ? 24 : 8,
})

const picturesIn = (environment: Record<string, string>) => capabilitiesOf(stream(true), environment).pictures

describe('how pictures are shown', () => {
  it.each([
    ['kitty', { TERM: 'xterm-kitty', KITTY_WINDOW_ID: '1' }, 'kitty'],
    ['kitty through ssh', { TERM: 'xterm-kitty' }, 'kitty'],
    ['kitty under another name', { TERM: 'xterm-256color', KITTY_WINDOW_ID: '3' }, 'kitty'],
    ['kitty, started from the terminal of VS Code', { TERM: 'xterm-kitty', TERM_PROGRAM: 'vscode' }, 'kitty'],
    ['Ghostty', { TERM: 'xterm-ghostty', TERM_PROGRAM: 'ghostty' }, 'kitty'],
    ['Ghostty under another name', { TERM: 'xterm-256color', TERM_PROGRAM: 'ghostty' }, 'kitty'],
    ['Konsole', { TERM: 'xterm-256color', KONSOLE_VERSION: '221203' }, 'kitty'],
    ['an old Konsole', { TERM: 'xterm-256color', KONSOLE_VERSION: '211204' }, 'blocks'],
    ['WezTerm', { TERM: 'xterm-256color', TERM_PROGRAM: 'WezTerm', WEZTERM_PANE: '0' }, 'iterm'],
    ['iTerm2', { TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app', LC_TERMINAL: 'iTerm2' }, 'iterm'],
    ['iTerm2 through ssh', { TERM: 'xterm-256color', LC_TERMINAL: 'iTerm2' }, 'iterm'],
    ['mintty', { TERM: 'xterm', TERM_PROGRAM: 'mintty' }, 'iterm'],
    ['VS Code, started from kitty', { TERM: 'xterm-256color', TERM_PROGRAM: 'vscode', KITTY_WINDOW_ID: '1' }, 'blocks'],
    ['the Terminal of macOS', { TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal' }, 'blocks'],
    ['a terminal of which nothing is known', { TERM: 'xterm-256color' }, 'blocks'],
    ['tmux in kitty', { TERM: 'tmux-256color', TMUX: '/tmp/tmux-0/default,1,0', KITTY_WINDOW_ID: '1' }, 'blocks'],
    ['tmux in iTerm2', { TERM: 'screen-256color', TERM_PROGRAM: 'tmux', LC_TERMINAL: 'iTerm2' }, 'blocks'],
    ['tmux that keeps a name', { TERM: 'xterm-kitty', TMUX: '/tmp/tmux-0/default,1,0' }, 'blocks'],
    ['screen in WezTerm', { TERM: 'screen', STY: '1.pts-0', TERM_PROGRAM: 'WezTerm' }, 'blocks'],
  ])('%s', (_name, environment, pictures) => {
    expect(picturesIn(environment)).toBe(pictures)
  })

  it('is as FORGER_PICTURES says, wherever that is', () => {
    const tmux = { TERM: 'tmux-256color', TMUX: 'x' }
    for (const pictures of ['kitty', 'iterm', 'blocks', 'none']) {
      expect(picturesIn({ ...tmux, FORGER_PICTURES: pictures })).toBe(pictures)
      expect(picturesIn({ TERM: 'xterm-kitty', FORGER_PICTURES: pictures })).toBe(pictures)
    }
    expect(picturesIn({ TERM: 'xterm-kitty', FORGER_PICTURES: '' })).toBe('kitty')
  })

  it('is not at all in a file, in a pipe and in the dumbest terminal', () => {
    const environment = { TERM: 'xterm-kitty', FORGER_PICTURES: 'kitty' }
    expect(capabilitiesOf(stream(false), environment)).toEqual({ live: false, colorBits: 1, pictures: 'none' })
    expect(capabilitiesOf(stream(true), { TERM: 'dumb' })).toMatchObject({ live: false, pictures: 'none' })
  })

  it('stays in pixels where text is to have no color', () => {
    const look = capabilitiesOf(stream(true), { TERM: 'xterm-kitty', COLORTERM: 'truecolor', NO_COLOR: '1' })
    expect(look).toEqual({ live: true, colorBits: 1, pictures: 'kitty' })
  })

  it('says in one sentence what FORGER_PICTURES takes', () => {
    const look = () => capabilitiesOf(stream(false), { FORGER_PICTURES: 'sixel' })
    expect(look).toThrow(UserError)
    expect(look).toThrow(/^FORGER_PICTURES takes kitty, iterm, blocks or none, not "sixel"\.$/)
  })
})
