import type { Code } from './emit.ts'

/** Code for where a tile of a product stands, and how large it is. */
export interface TileCode {
  readonly batchIndices: readonly Code[]
  readonly row0: Code
  readonly column0: Code
  readonly rows: Code
  readonly columns: Code
  readonly scratch: Code
}
