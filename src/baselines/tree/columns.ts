import type { Rows } from '../../metrics/statistics/rows.ts'

/** Rows by column, every number replaced by its rank among the values that its column may have. */
export interface Columns {
  /** Rank of row r in column c at c * count + r. */
  readonly ranks: Uint8Array | Uint16Array | Uint32Array
  /** The values of each column, ascending. */
  readonly values: readonly Float32Array[]
}

const bytes = Float32Array.from({ length: 256 }, (_, byte) => byte / 255)

/** Pixels that were bytes are ranked by their byte, without looking for the values that occur. */
export function columnsOf(rows: Rows): Columns {
  return rows.values.every((value) => bytes[Math.round(255 * value)] === value)
    ? columnsOfBytes(rows)
    : anyColumns(rows)
}

function columnsOfBytes({ values, count, size }: Rows): Columns {
  const ranks = new Uint8Array(count * size)
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < size; column++) {
      ranks[column * count + row] = Math.round(255 * values[row * size + column])
    }
  }
  return { ranks, values: Array.from({ length: size }, () => bytes) }
}

function anyColumns({ values, count, size }: Rows): Columns {
  const distinct = Array.from({ length: size }, (_, column) => {
    const found = new Set<number>()
    for (let row = 0; row < count; row++) found.add(values[row * size + column])
    return Float32Array.from(found).toSorted()
  })
  const most = Math.max(...distinct.map(({ length }) => length))
  const ranks = new (most <= 2 ** 8 ? Uint8Array : most <= 2 ** 16 ? Uint16Array : Uint32Array)(count * size)
  distinct.forEach((ofColumn, column) => {
    const rankOf = new Map(Array.from(ofColumn, (value, rank) => [value, rank]))
    for (let row = 0; row < count; row++) ranks[column * count + row] = rankOf.get(values[row * size + column]) ?? 0
  })
  return { ranks, values: distinct }
}
