/** Text in columns, for terminals. */

/** Lines of at most that many characters, broken between words; a longer word gets a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

export interface TableOptions {
  /** Of the whole table. */
  readonly width: number
  /** Which column gives way, its cells wrapped. */
  readonly flexible: number
  /** Which columns are aligned to the right. */
  readonly right?: readonly number[]
  /** How those lines of a flexible cell look that stand behind a line end of its own. */
  readonly aside?: (text: string) => string
}

const gap = '  '
/** A column of text becomes no narrower, even where the table gets too wide. */
const leastWidth = 22

/**
 * Rows of cells as lines of text, each column as wide as it needs to be. A cell of the flexible column may have line ends;
 * those of the others may not.
 */
export function table(rows: readonly (readonly string[])[], options: TableOptions): string[] {
  const { width, flexible, right = [], aside = (text) => text } = options
  const natural = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  const taken = natural.reduce((sum, size, column) => (column === flexible ? sum : sum + size + gap.length), 0)
  const room = Math.max(leastWidth, width - taken)
  const cells = rows.map((row) => row[flexible].split('\n').map((part) => wrapped(part, room)))
  const widths = natural.with(flexible, Math.max(...cells.flat(2).map((line) => line.length)))
  const indent = ' '.repeat(widths.slice(0, flexible).reduce((sum, size) => sum + size + gap.length, 0))
  const fitted = (text: string, column: number): string =>
    right.includes(column) ? text.padStart(widths[column]) : text.padEnd(widths[column])
  return rows.flatMap((row, index) => {
    const [[first, ...more], ...asides] = cells[index]
    const beginning = row.map((cell, column) => fitted(column === flexible ? first : cell, column)).join(gap)
    return [
      beginning.trimEnd(),
      ...more.map((line) => indent + line),
      ...asides.flat().map((line) => indent + aside(line)),
    ]
  })
}
