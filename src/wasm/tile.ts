import type { Access } from '../kernels/nest.ts'
import { i32 } from './emit.ts'
import type { Code, FunctionHandle } from './emit.ts'
import { scale, sum } from './rows.ts'
import type { Environment } from './rows.ts'
import type { Tiling } from './tiling.ts'

/** Code for where a tile of a product stands, and how large it is. */
export interface TileCode {
  readonly batchIndices: readonly Code[]
  readonly row0: Code
  readonly column0: Code
  readonly rows: Code
  readonly columns: Code
  readonly scratch: Code
}

/** Where the matrix of an operand begins for the tile's batch, in bytes; its first strides are those of the batch. */
export const operandBase = (environment: Environment, tile: TileCode, { block, offset, strides }: Access): Code =>
  sum(
    i32(environment.addressOf(block) + offset * 4),
    ...tile.batchIndices.map((index, axis) => scale(index, strides[axis] * 4)),
  )

/** Micro-kernels for the inside of a product and for its edges, where fewer rows or vectors are left; null where none are. */
export interface EdgedKernels {
  readonly full: FunctionHandle
  readonly lastRows: FunctionHandle | null
  readonly lastColumns: FunctionHandle | null
  readonly corner: FunctionHandle | null
}

/** Those of a product of m rows and n columns; `kernel` makes one for so many rows and vectors. */
export function edgedKernels(
  { m, n }: { readonly m: number; readonly n: number },
  { registers, vectors }: Tiling,
  kernel: (rows: number, vectors: number) => FunctionHandle,
): EdgedKernels {
  const tailRows = m % registers
  const tailVectors = Math.ceil((n % (vectors * 4)) / 4)
  return {
    full: kernel(registers, vectors),
    lastRows: tailRows > 0 ? kernel(tailRows, vectors) : null,
    lastColumns: tailVectors > 0 ? kernel(registers, tailVectors) : null,
    corner: tailRows > 0 && tailVectors > 0 ? kernel(tailRows, tailVectors) : null,
  }
}
