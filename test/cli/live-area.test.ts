import { describe, expect, it } from 'vitest'
import { liveArea } from '../../src/cli/live-area.ts'
import { terminal } from './terminal.ts'

describe('liveArea', () => {
  it('draws over what it drew, below what stood there before', () => {
    const screen = terminal()
    screen.write('$ forger train\n')
    const area = liveArea(screen)
    area.draw('picture\nmore of it\nstep 1')
    area.draw('picture\nless\nstep 2')
    expect(screen.text()).toEqual(['$ forger train', 'picture', 'less', 'step 2'])
  })

  it('does not write a picture again that stands there already, until the terminal changes', () => {
    const screen = terminal()
    const written: string[] = []
    const stream = { ...screen, write: (text: string) => (written.push(text), screen.write(text)) }
    const area = liveArea(stream)
    area.draw('picture\nof two lines\nstep 1')
    area.draw('picture\nof two lines\nstep 2')
    expect(written.at(-1)).not.toContain('of two lines')
    expect(screen.text()).toEqual(['picture', 'of two lines', 'step 2'])
    stream.columns = screen.columns = 60
    area.draw('picture\nof two lines\nstep 3')
    expect(written.at(-1)).toContain('of two lines')
    expect(screen.text()).toEqual(['picture', 'of two lines', 'step 3'])
  })

  it('leaves no line of a higher picture behind', () => {
    const screen = terminal()
    const area = liveArea(screen)
    area.draw('one\ntwo\nthree\nfour')
    area.draw('five\nsix')
    expect(screen.text()).toEqual(['five', 'six'])
    area.draw('one\ntwo\nthree')
    expect(screen.text()).toEqual(['one', 'two', 'three'])
  })

  it('keeps the last character of lines as wide as the terminal', () => {
    const screen = terminal(4)
    const area = liveArea(screen)
    for (let frame = 0; frame < 3; frame++) area.draw('abcd\nefgh')
    expect(screen.text()).toEqual(['abcd', 'efgh'])
  })

  it('puts printed lines above the picture, where they stay', () => {
    const screen = terminal()
    const area = liveArea(screen)
    area.print('hello')
    area.draw('picture\nstep 1')
    area.print('saved')
    area.draw('picture\nstep 2')
    area.end()
    area.print('bye')
    expect(screen.text()).toEqual(['hello', 'saved', 'picture', 'step 2', 'bye', ''])
  })

  it('hides the cursor while it lives and gives it back at the end, on a new line', () => {
    const screen = terminal()
    const area = liveArea(screen)
    expect(screen.cursorVisible()).toBe(true)
    area.draw('picture\nstep 1')
    expect(screen.cursorVisible()).toBe(false)
    area.end()
    area.end()
    screen.write('$')
    expect(screen.cursorVisible()).toBe(true)
    expect(screen.text()).toEqual(['picture', 'step 1', '$'])
  })

  it('shows the end of what is higher than the terminal, and still draws in place', () => {
    const screen = terminal(80, 4)
    const area = liveArea(screen)
    area.draw('1\n2\n3\n4\n5\nstep 1')
    area.draw('1\n2\n3\n4\n5\nstep 2')
    expect(screen.text()).toEqual(['4', '5', 'step 2'])
  })

  it('finds its first line again on a terminal that has wrapped its lines', () => {
    const screen = terminal(4)
    // Lines of six on a terminal of four take two lines each, as after a terminal was made narrower.
    const area = liveArea(screen)
    screen.write('before\n')
    area.draw('\x1b[38;2;1;2;3mabcdef\x1b[0m\nghijkl')
    area.draw('abc\ndef')
    expect(screen.text()).toEqual(['befo', 're', 'abc', 'def'])
  })
})
