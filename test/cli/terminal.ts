/** A very small terminal, to see what a person would see. Understands only what this project writes. */
export interface Terminal {
  write(text: string): void
  columns: number
  rows: number
  /** The characters on the screen, without trailing blanks. */
  text(): string[]
  cells(): Cell[][]
  cursorVisible(): boolean
}

interface Cell {
  readonly character: string
  readonly foreground: string
  readonly background: string
}

export function terminal(columns = 80, rows = 24): Terminal {
  const screen: Cell[][] = [[]]
  let [x, y, top] = [0, 0, 0]
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

  const self: Terminal = {
    columns,
    rows,
    write(text) {
      // oxlint-disable-next-line no-control-regex -- escapes are what this reads
      for (const [whole, parameters, final] of text.matchAll(/\x1b\[([?\d;]*)([A-Za-z])|[^\x1b]/gu)) {
        if (final === undefined) put(whole)
        else control(parameters, final)
      }
    },
    text: () =>
      screen.map((line) =>
        line
          .map((cell) => cell.character)
          .join('')
          .trimEnd(),
      ),
    cells: () => screen,
    cursorVisible: () => visible,
  }
  return self
}
