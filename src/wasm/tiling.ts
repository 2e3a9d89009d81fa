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

const roundUp = (count: number, multiple: number): number => Math.ceil(count / multiple) * multiple

/** The tiling of ENGINE_NOTES: 6 x 16 with 256-bit vectors, 6 x 8 with 128; panels of 256 terms. */
export function defaultTiling({ m, n, k }: { m: number; n: number; k: number }, bits: 128 | 256): Tiling {
  const registers = 6
  const vectors = bits === 256 ? 4 : 2
  const panel = vectors * 4
  const blocks = Math.ceil(k / 256)
  const depth = roundUp(Math.ceil(k / blocks), 4)
  const rows = Math.min(roundUp(m, registers), m <= 264 ? 264 : 48)
  const wished = m <= 264 ? 16 : 112
  const columns = Math.min(roundUp(n, panel), roundUp(wished, panel))
  return { registers, vectors, unroll: 4, depth, rows, columns }
}
