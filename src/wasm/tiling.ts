import type { Target } from '../kernels/target.ts'

/** How a matrix product is cut up; every choice gives the same bytes. */
export interface Tiling {
  /** Rows and vectors of four columns that the micro-kernel holds in registers. */
  readonly registers: number
  readonly vectors: number
  /** Terms of the sum per turn of the micro-kernel's loop. */
  readonly unroll: number
  /** Terms of the sum before the next panel's turn: a panel of b should stay in the first-level cache. */
  readonly depth: number
  /** The tile that a thread takes at a time: multiples of the registers' rows and columns. */
  readonly rows: number
  readonly columns: number
}

/** The largest tile and a repacked panel. */
export const tileBytes = 256 * 1024

/** Scratch memory of a thread: those and the tables of a convolution's tile, or the points of one by Winograd's algorithm. */
export const scratchBytes = 1024 * 1024

/** Whether a kernel can be cut like this. */
export function isSound({ registers, vectors, unroll, depth, rows, columns }: Tiling): boolean {
  const panel = vectors * 4
  const fits = (rows * columns + depth * panel) * 4 <= tileBytes
  return (
    [registers, vectors, unroll, depth, rows, columns].every((count) => count >= 1) &&
    rows % registers === 0 &&
    columns % panel === 0 &&
    fits
  )
}

/** Whether there is room to bring the rows of a tile together, and enough panels to make it worth while. */
export function holdsPackedRows({ registers, vectors, depth, rows, columns }: Tiling): boolean {
  const panel = vectors * 4
  const fits = (rows * columns + depth * (panel + rows)) * 4 <= tileBytes
  return fits && registers >= 4 && registers <= 8 && columns / panel >= 3
}

const roundUp = (count: number, multiple: number): number => Math.ceil(count / multiple) * multiple

/**
 * Two vectors of columns, and as many rows as then fit into the registers: 6 x 16 with 256-bit vectors, 6 x 8 with 128; panels of 256
 * terms, tiles of 132 rows and up to 112 columns: the best or nearly the best of all shapes that were timed (docs/benchmarks.md).
 */
export function defaultTiling(
  { m, n, k, windows = null }: { m: number; n: number; k: number; windows?: { alongRows: boolean } | null },
  { lanes, registers: available }: Target,
): Tiling {
  // Beside the sums, two vectors of b and one factor of a.
  const registers = Math.floor((available - 3) / 2)
  const panel = 2 * lanes
  const vectors = panel / 4
  const depth = roundUp(Math.ceil(k / Math.ceil(k / 256)), 4)
  if (windows !== null)
    return { registers, vectors, unroll: 4, depth, ...windowTile(m, n, registers, panel, windows.alongRows) }
  const rows = Math.min(roundUp(m, registers), 132)
  const most = Math.min(roundUp(n, panel), roundUp(112, panel))
  const widths = Array.from({ length: most / panel }, (_, i) => (i + 1) * panel)
  const cost = (columns: number) => idleShare(Math.ceil(m / rows), n / columns) + narrowness / columns
  const columns = widths.reduce((best, width) => (cost(width) < cost(best) ? width : best))
  return { registers, vectors, unroll: 4, depth, rows, columns }
}

/**
 * The tile of a convolution, by about what it costs: waiting for the last tile, repacking a panel of b for every tile of rows, and
 * bringing rows of a together for every tile of columns.
 */
function windowTile(m: number, n: number, registers: number, panel: number, alongRows: boolean) {
  const upTo = (most: number, step: number) => Array.from({ length: most / step }, (_, i) => (i + 1) * step)
  const shapes = upTo(Math.min(roundUp(m, registers), 132), registers).flatMap((rows) =>
    upTo(Math.min(roundUp(n, panel), 128), panel).map((columns) => ({ rows, columns })),
  )
  const cost = ({ rows, columns }: { rows: number; columns: number }) =>
    idleShare(Math.ceil(m / rows), Math.ceil(n / columns)) +
    repacking / rows +
    (alongRows ? gathering : narrowness) / columns
  return shapes.reduce((best, shape) => (cost(shape) < cost(best) ? shape : best))
}

/** What repacking and gathering cost beside the products, times the rows or columns that they are done for. */
const repacking = 4
const gathering = 16

/** What a tile of 16 columns loses against one of 112, by timing, times 16. */
const narrowness = 0.6

/** The share of their time that two threads, and four, wait for the last tile, on average. */
export function idleShare(rowTiles: number, columnTiles: number): number {
  const waits = [2, 4].map((threads) => {
    const whole = rowTiles * Math.floor(columnTiles)
    const parts = rowTiles * columnTiles - whole
    const busiest = Math.max(Math.ceil(whole / threads), (whole + parts) / threads)
    return 1 - (whole + parts) / threads / busiest
  })
  return waits.reduce((a, b) => a + b) / waits.length
}
