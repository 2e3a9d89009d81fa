import { expect } from 'vitest'
import type { Terminal } from './screen.ts'

/** A picture and the line it begins on, counted from 0 with what has scrolled away. */
interface SeenPicture {
  readonly line: number
  readonly columns: number
  readonly rows: number
}

/** The pictures that stand in a terminal, of either protocol. Fails where only a part of one is left. */
export function seenPictures(screen: Terminal): SeenPicture[] {
  const tiles = screen
    .cells()
    .flatMap((cells, line) =>
      cells.flatMap(({ tile }, place) => (tile === undefined ? [] : [{ line, place, ...tile }])),
    )
  const inCells = Array.from(new Set(tiles.map(({ picture }) => picture)), (picture) => {
    const own = tiles.filter((tile) => tile.picture === picture)
    const { columns, rows } = picture
    const [line, left] = [own[0].line, own[0].place]
    expect(own.map((tile) => [tile.column, tile.row])).toEqual(own.map((tile) => [tile.place - left, tile.line - line]))
    expect(own).toHaveLength(columns * rows)
    return { line, columns, rows }
  })
  return [...inCells, ...screen.images().map(({ line, columns, rows }) => ({ line, columns, rows }))]
}
