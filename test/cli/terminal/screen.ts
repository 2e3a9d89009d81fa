import { graphics } from './terminal-graphics.ts'
import type { Graphics } from './terminal-graphics.ts'

/** A very small terminal, to see what a person would see. Understands only what this project writes, and throws at the rest. */
export interface Terminal extends Graphics {
  write(text: string): void
  columns: number
  rows: number
  /** Gives the window another size; lines that are now too long go on in the next one. */
  resize(columns: number, rows: number): void
  /** The characters on the screen, without trailing blanks. */
  text(): string[]
  cells(): Cell[][]
  cursor(): { line: number; column: number }
  cursorVisible(): boolean
}

interface Cell {
  readonly character: string
  readonly foreground: string
  readonly background: string
  /** The part of a picture of iTerm2's protocol that it shows. */
  readonly tile?: Tile
}

interface Tile {
  readonly picture: { readonly file: Uint8Array; readonly columns: number; readonly rows: number }
  readonly column: number
  readonly row: number
}

// Kitty's commands, iTerm2's, control sequences, saving and restoring the cursor, and characters.
// oxlint-disable-next-line no-control-regex -- escapes are what this reads
const tokens = /\x1b_G([^\x1b]*)\x1b\\|\x1b\]1337;([^\x07]*)\x07|\x1b\[([?\d;]*)([A-Za-z])|\x1b([78])|[^]/gu

export function terminal(columns = 80, rows = 24): Terminal {
  let screen: Cell[][] = [[]]
  let [x, y, top] = [0, 0, 0]
  let saved = { x: 0, height: 0 }
  let [foreground, background] = ['', '']
  let visible = true
  const blank: Cell = { character: ' ', foreground: '', background: '' }

  function control(parameters: string, final: string): void {
    const number = Number(parameters || '1')
    if (final === 'm') setColors(parameters)
    else if (final === 'A') y = Math.max(top, y - number)
    else if (final === 'K' && parameters === '2') screen[y] = []
    else if (final === 'J' && parameters === '') {
      // Behind a full line the cursor still stands on its last character.
      screen[y] = screen[y].slice(0, Math.min(x, self.columns - 1))
      screen.splice(y + 1)
    } else if (parameters === '?25') visible = final === 'h'
    else if (parameters !== '?2026') throw new Error(`this terminal does not know ESC[${parameters}${final}`)
  }

  function setColors(parameters: string): void {
    const codes = parameters.split(';')
    while (codes.length > 0) {
      const code = codes.shift()
      if (code === '0') [foreground, background] = ['', '']
      else if (code === '38' || code === '48') {
        const length = codes[0] === '5' ? 2 : 4
        const [kind, ...color] = codes.splice(0, length)
        if (!['2', '5'].includes(kind) || color.length !== length - 1 || color.some((part) => !/^\d{1,3}$/.test(part)))
          throw new Error(parameters)
        const name = kind === '5' ? `palette ${color[0]}` : color.join(',')
        if (code === '38') foreground = name
        else background = name
      } else foreground = String(code)
    }
  }

  function put(character: string): void {
    if (character === '\r') x = 0
    else if (character === '\n') newLine()
    else if (character === '\x1b') throw new Error('this terminal does not know this escape')
    else {
      if (x >= self.columns) newLine()
      while (screen[y].length < x) screen[y].push(blank)
      screen[y][x++] = { character, foreground, background }
    }
  }

  // As the driver of a terminal does it, a newline also returns to the left edge.
  function newLine(): void {
    x = 0
    y++
    if (y === screen.length) screen.push([])
    top = Math.max(top, screen.length - self.rows)
  }

  /** As iTerm2 does it: a line feed after each row but the last, which scrolls where it must; then the cursor is right of it. */
  function putTiles(picture: Tile['picture']): void {
    const left = x
    for (let row = 0; row < picture.rows; row++) {
      if (row > 0) newLine()
      while (screen[y].length < left) screen[y].push(blank)
      for (let column = 0; column < picture.columns && left + column < self.columns; column++)
        screen[y][left + column] = { ...blank, tile: { picture, column, row } }
    }
    x = Math.min(left + picture.columns, self.columns - 1)
  }

  const shown = graphics({ place: () => ({ line: y, column: x }), putTiles })

  const self: Terminal = {
    ...shown,
    columns,
    rows,
    write(text) {
      for (const [whole, kitty, iterm, parameters, final, cursor] of text.matchAll(tokens)) {
        if (kitty !== undefined) shown.kittyCommand(kitty)
        else if (iterm !== undefined) shown.itermCommand(iterm)
        else if (final !== undefined) control(parameters, final)
        // The place on the screen is what is saved; if lines scroll by meanwhile, another one stands there.
        else if (cursor === '7') saved = { x, height: y - top }
        else if (cursor === '8') [x, y] = [saved.x, top + saved.height]
        else put(whole)
      }
    },
    resize(newColumns, newRows) {
      const moved: number[] = []
      const wrapped: Cell[][] = []
      for (const line of screen) {
        moved.push(wrapped.length)
        // Blanks at the end of a line do not wrap, and a picture is on blanks for most terminals.
        const length = line.findLastIndex((cell) => cell.character !== ' ') + 1
        for (let start = 0; start === 0 || start < length; start += newColumns)
          wrapped.push(line.slice(start, start + newColumns))
      }
      y = moved[y] + Math.floor(Math.max(0, x - 1) / newColumns)
      x = Math.min(x, newColumns)
      screen = wrapped
      shown.move((line) => moved[line])
      self.columns = newColumns
      self.rows = newRows
      top = Math.max(0, screen.length - newRows)
    },
    text: () =>
      screen.map((line) =>
        line
          .map((cell) => cell.character)
          .join('')
          .trimEnd(),
      ),
    cells: () => screen,
    cursor: () => ({ line: y, column: x }),
    cursorVisible: () => visible,
  }
  return self
}
