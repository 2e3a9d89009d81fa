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

export type VectorBits = 128 | 256

/** Scratch memory of a thread: the largest tile and a repacked panel. */
export const scratchBytes = 256 * 1024

/** Whether a kernel can be cut like this. */
export function isSound({ registers, vectors, unroll, depth, rows, columns }: Tiling): boolean {
  const panel = vectors * 4
  const fits = (rows * columns + depth * panel) * 4 <= scratchBytes
  return (
    [registers, vectors, unroll, depth, rows, columns].every((count) => count >= 1) &&
    rows % registers === 0 &&
    columns % panel === 0 &&
    fits
  )
}

const roundUp = (count: number, multiple: number): number => Math.ceil(count / multiple) * multiple

/** Tiles that a product is cut into if it is large enough, so that threads end at about the same time. */
const wishedTiles = 12

/**
 * 6 x 16 registers with 256-bit vectors, 6 x 8 with 128 (more would not fit the 16 registers); panels of 256 terms, tiles of 132 rows and
 * up to 112 columns: the best or nearly the best of all shapes that were timed (docs/benchmarks.md).
 */
export function defaultTiling({ m, n, k }: { m: number; n: number; k: number }, bits: VectorBits): Tiling {
  const registers = 6
  const vectors = bits === 256 ? 4 : 2
  const panel = vectors * 4
  const depth = roundUp(Math.ceil(k / Math.ceil(k / 256)), 4)
  const rows = Math.min(roundUp(m, registers), 132)
  const share = (n * Math.ceil(m / rows)) / wishedTiles
  const columns = Math.min(roundUp(n, panel), Math.max(panel, roundUp(Math.min(share, 112), panel)))
  return { registers, vectors, unroll: 4, depth, rows, columns }
}
