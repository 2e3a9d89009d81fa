import { call, forRange, get, i32, ifElse, op, seq, set } from '../emit.ts'
import type { Code, FunctionContext, FunctionHandle } from '../emit.ts'
import { scale, sum } from '../rows.ts'
import type { RegisterTile } from './context.ts'

/** Micro-kernels for whole groups of rows, and for those that are left; null where none are. */
export interface RowKernels {
  readonly whole: FunctionHandle
  readonly rest: FunctionHandle | null
}

/** Those for `rest` rows beside whole groups; `kernel` makes one for so many rows. */
export const rowKernels = (
  { registers }: RegisterTile,
  rest: number,
  kernel: (rows: number) => FunctionHandle,
): RowKernels => ({ whole: kernel(registers), rest: rest === 0 ? null : kernel(rest) })

/** Where a tile's matrices stand, in bytes; those of the points of a kind are `...Bytes` apart. */
interface Matrices {
  readonly points: number
  readonly rows: Code
  readonly columns: number
  readonly terms: Code
  readonly data: Code
  readonly dataBytes: number
  /** From one row of the data to the next. */
  readonly rowBytes: number
  /** Where the filter's columns from `column` on stand. */
  readonly filterAt: (point: Code, column: Code) => Code
  readonly sums: Code
  readonly sumBytes: number
}

/** Code that multiplies the data of each point by its filter, and adds that to its sums. */
export function multiplyPoints(
  f: FunctionContext,
  registerTile: RegisterTile,
  { points, rows, columns, terms, data, dataBytes, rowBytes, filterAt, sums, sumBytes }: Matrices,
): (kernels: RowKernels) => Code {
  const [point, column, row, whole, a, b, c] = Array.from({ length: 7 }, () => f.local('i32'))
  const groups = (kernels: RowKernels): Code =>
    seq(
      forRange(
        row,
        i32(0),
        get(whole),
        registerTile.registers,
        seq(
          call(kernels.whole, get(a), get(b), get(c), terms),
          set(a, sum(get(a), i32(registerTile.registers * rowBytes))),
          set(c, sum(get(c), i32(registerTile.registers * columns * 4))),
        ),
      ),
      kernels.rest === null
        ? seq()
        : ifElse(op('i32.ne', get(whole), rows), call(kernels.rest, get(a), get(b), get(c), terms)),
    )
  // All points of some columns one after the other, as kernels' points stand in memory.
  return (kernels) =>
    seq(
      set(whole, op('i32.sub', rows, op('i32.rem_u', rows, i32(registerTile.registers)))),
      forRange(
        column,
        i32(0),
        i32(columns),
        registerTile.vectors * 4,
        forRange(
          point,
          i32(0),
          i32(points),
          1,
          seq(
            set(a, sum(data, scale(get(point), dataBytes))),
            set(b, filterAt(get(point), get(column))),
            set(c, sum(sums, scale(get(point), sumBytes), scale(get(column), 4))),
            groups(kernels),
          ),
        ),
      ),
    )
}
