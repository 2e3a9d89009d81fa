import type { Matrix } from '../../kernels/winograd.ts'
import { range } from '../../tensor/shape.ts'
import { f32x4, forRange, get, i32, load, op, seq, set, store } from '../emit.ts'
import type { Code, FunctionHandle, Module } from '../emit.ts'
import type { Library } from '../micro.ts'

/** M X N^T of tiles of vectors; all steps in bytes. */
interface TransformShape {
  /** M and N: applied down the columns and along the rows. */
  readonly down: Matrix
  readonly across: Matrix
  /** From one row of X to the next, and from one of its columns to the next. */
  readonly from: readonly [number, number]
  /** From one element of the result to the next, which stand row by row. */
  readonly to: number
}

/** Vectors that are worked on together: V8 joins two to 256 bits. */
const together = 2

/**
 * `(source, destination, count)`: the transform of `count` tiles (a multiple of 8) side by side. The result may take the place of X where
 * that stands row by row and is no smaller: all of a tile is read before any of it is written.
 */
export function transformFunction(module: Module, library: Library, shape: TransformShape): FunctionHandle {
  const key = `transform ${JSON.stringify(shape)}`
  const known = library.get(key)
  if (known) return known
  const { down, across, from, to } = shape
  const [rows, columns] = [down[0].length, across[0].length]
  const handle = module.function(key, { params: ['i32', 'i32', 'i32'], results: [] }, (f) => {
    const [source, destination, count] = f.params
    const end = f.local('i32')
    // X in columns, then M X in columns.
    const tiles = range(together).map(() => ({
      read: range(columns).map(() => range(rows).map(() => f.local('v128'))),
      half: range(columns).map(() => range(down.length).map(() => f.local('v128'))),
    }))
    const reads = tiles.flatMap(({ read }, vector) =>
      read.flatMap((column, j) =>
        column.map((x, i) => set(x, load('v128.load', get(source), i * from[0] + j * from[1] + vector * 16))),
      ),
    )
    const halves = tiles.flatMap(({ read, half }) =>
      half.flatMap((column, j) => column.map((sum, i) => set(sum, combination(down[i], read[j].map(get))))),
    )
    const writes = down.flatMap((_, i) =>
      across.flatMap((factors, j) =>
        tiles.map(({ half }, vector) => {
          const row = half.map((column) => get(column[i]))
          return store(
            'v128.store',
            get(destination),
            combination(factors, row),
            (i * across.length + j) * to + vector * 16,
          )
        }),
      ),
    )
    const advance = [source, destination].map((pointer) =>
      set(pointer, op('i32.add', get(pointer), i32(16 * together))),
    )
    return seq(
      set(end, get(count)),
      forRange(count, i32(0), get(end), 4 * together, seq(...reads, ...halves, ...writes, ...advance)),
    )
  })
  library.set(key, handle)
  return handle
}

function combination(factors: readonly number[], vectors: readonly Code[]): Code {
  const terms = factors.flatMap((factor, index) => (factor === 0 ? [] : [{ factor, vector: vectors[index] }]))
  const [first, ...others] = terms.toSorted((a, b) => b.factor - a.factor)
  const scaled = ({ factor, vector }: typeof first) =>
    Math.abs(factor) === 1 ? vector : op('f32x4.mul', vector, f32x4(Math.abs(factor)))
  return others.reduce((sum, term) => op(term.factor < 0 ? 'f32x4.sub' : 'f32x4.add', sum, scaled(term)), scaled(first))
}
