import { describe, expect, it } from 'vitest'
import { itermPicture } from '../../../src/cli/terminal/iterm-picture.ts'
import { kittyPicture } from '../../../src/cli/terminal/kitty-picture.ts'
import { liveArea } from '../../../src/cli/terminal/live-area.ts'
import type { Cells, Overlay } from '../../../src/cli/terminal/live-area.ts'
import { seenPictures } from './seen-pictures.ts'
import { terminal } from './screen.ts'

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

/** Of one brightness, so that pictures can be told apart. */
const flat = (brightness: number) =>
  ({ width: 4, height: 4, channels: 1, pixels: new Uint8Array(16).fill(brightness) }) as const

let names = 0
const inKitty = (cells: Cells, brightness = 1): Promise<Overlay> => kittyPicture(flat(brightness), cells, ++names)
const inIterm = (cells: Cells, brightness = 1): Promise<Overlay> => itermPicture(flat(brightness), cells)

describe.each([
  ['Kitty', inKitty],
  ['iTerm2', inIterm],
])('liveArea with pictures in the protocol of %s', (_name, paint) => {
  const cells = { columns: 6, rows: 3 }
  const blank = '\n\n\n'

  it('paints them on the first lines and comes back to the end of the last', async () => {
    const screen = terminal(20, 8)
    screen.write('$ forger train\n')
    const area = liveArea(screen)
    area.draw(`${blank}step 1`, await paint(cells))
    expect(seenPictures(screen)).toEqual([{ line: 1, ...cells }])
    expect(screen.text()).toEqual(['$ forger train', '', '', '', 'step 1'])
    expect(screen.cursor()).toEqual({ line: 4, column: 6 })
    area.end()
    screen.write('$')
    expect(screen.text()).toEqual(['$ forger train', '', '', '', 'step 1', '$'])
    expect(seenPictures(screen), 'the last one stays').toEqual([{ line: 1, ...cells }])
    expect(screen.cursorVisible()).toBe(true)
  })

  it('makes room at the bottom of the screen before it paints there', async () => {
    const screen = terminal(20, 6)
    screen.write('1\n2\n3\n4\n5\n')
    const area = liveArea(screen)
    for (const step of [1, 2, 3]) area.draw(`${blank}step ${step}`, await paint(cells, step))
    expect(screen.text()).toEqual(['1', '2', '3', '4', '5', '', '', '', 'step 3'])
    expect(seenPictures(screen)).toEqual([{ line: 5, ...cells }])
    expect(screen.cursor()).toEqual({ line: 8, column: 6 })
  })

  it('sends one again only when it is another, and never keeps more than two', async () => {
    const screen = terminal(20, 8)
    const area = liveArea(screen)
    for (const step of [1, 2, 3, 4]) {
      const overlay = await paint(cells, step)
      for (const word of ['one', 'two', 'three']) area.draw(`${blank}${step} ${word}`, overlay)
      expect(screen.imagesReceived()).toBe(step)
      expect(seenPictures(screen)).toEqual([{ line: 0, ...cells }])
    }
    expect(screen.mostImagesKept()).toBeLessThanOrEqual(2)
    expect(screen.imagesKept()).toBeLessThanOrEqual(1)
    expect(screen.answers()).toEqual([])
  })

  it('leaves nothing of a larger one, and nothing of the last one where there is none any more', async () => {
    const screen = terminal(20, 8)
    const area = liveArea(screen)
    area.draw(`${blank}step 1`, await paint(cells))
    area.draw('\n\nstep 2', await paint({ columns: 4, rows: 2 }))
    expect(seenPictures(screen)).toEqual([{ line: 0, columns: 4, rows: 2 }])
    expect(screen.text()).toEqual(['', '', 'step 2'])
    area.draw('\n\nstep 3')
    expect(seenPictures(screen)).toEqual([])
    area.draw('step 4')
    expect(screen.text()).toEqual(['step 4'])
    expect(screen.imagesKept()).toBe(0)
  })

  it('puts printed lines above them', async () => {
    const screen = terminal(20, 6)
    const area = liveArea(screen)
    const overlay = await paint(cells)
    area.draw(`${blank}step 1`, overlay)
    area.print('went back\nto step 500')
    expect(seenPictures(screen)).toEqual([{ line: 2, ...cells }])
    area.print('once more')
    area.draw(`${blank}step 2`, overlay)
    expect(seenPictures(screen)).toEqual([{ line: 3, ...cells }])
    expect(screen.text()).toEqual(['went back', 'to step 500', 'once more', '', '', '', 'step 2'])
    expect(screen.imagesKept()).toBeLessThanOrEqual(1)
  })

  it.each([
    ['narrower', 12, 8],
    ['wider', 40, 8],
    ['lower', 20, 5],
    ['higher', 20, 30],
  ])('stands in its place again on a terminal that was made %s', async (_change, columns, rows) => {
    const screen = terminal(20, 8)
    screen.write('before\n')
    const area = liveArea(screen)
    area.draw(`${blank}a line of 19 letter`, await paint(cells))
    screen.resize(columns, rows)
    const smaller = { columns: 4, rows: 2 }
    area.draw('\n\nshort', await paint(smaller))
    expect(screen.text()).toEqual(['before', '', '', 'short'])
    expect(seenPictures(screen)).toEqual([{ line: 1, ...smaller }])
    area.end()
    expect(screen.cursor()).toEqual({ line: 4, column: 0 })
  })

  it('does without one that has no room any more', async () => {
    const screen = terminal(20, 8)
    const area = liveArea(screen)
    const overlay = await paint(cells)
    area.draw(`${blank}step 1`, overlay)
    screen.resize(5, 8)
    area.draw(`${blank}st 2`, overlay)
    expect(seenPictures(screen), 'too narrow').toEqual([])
    expect(screen.text()).toEqual(['', '', '', 'st 2'])
    screen.resize(20, 8)
    area.draw(`${blank}step 3`, overlay)
    expect(seenPictures(screen)).toEqual([{ line: 0, ...cells }])
    screen.resize(20, 3)
    area.draw(`${blank}step 4`, overlay)
    // The first line has scrolled away; there nobody can change anything.
    const left = screen.cells().flatMap((line, index) => (line.some(({ tile }) => tile) ? [index] : []))
    expect(Math.max(0, ...left), 'too low').toBe(0)
    expect(screen.images(), 'too low').toEqual([])
    area.end()
    screen.write('$')
    expect(screen.text().slice(-2)).toEqual(['step 4', '$'])
  })
})
