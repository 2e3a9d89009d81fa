import { brIf, f32x4, get, i32, ifElse, load, loop, op, seq, set, store, tee } from './emit.ts'
import type { Code, FunctionHandle, Module } from './emit.ts'
import { multiplyAdd } from './math.ts'

/** Functions that kernels share, by what they are specialised to. */
export type Library = Map<string, FunctionHandle>

/** What a micro-kernel is specialised to; strides in elements. */
interface MicroShape {
  /** Rows of c held in registers. */
  readonly rows: number
  /** Vectors of four columns held in registers. */
  readonly vectors: number
  readonly rowStride: number
  readonly aDepthStride: number
  readonly bDepthStride: number
  /** Row stride of the tile that receives the sums. */
  readonly columns: number
  /** Terms of the sum per turn of the loop, and how many are left after the last full turn. */
  readonly unroll: number
  readonly remainder: number
  /** Start from zero rather than from the tile's content. */
  readonly first: boolean
}

/**
 * `(a, b, c, count)`: adds `count` terms a[row, k] * b[k, column] to a block of c that stays in registers. All strides are constants
 * of the instructions, so that x.W, its two gradients and convolutions need no packing (ENGINE_NOTES, "Why WebAssembly can do this").
 */
export function microKernel(module: Module, library: Library, strict: boolean, shape: MicroShape): FunctionHandle {
  const key = `micro ${Object.values(shape).join()}`
  const known = library.get(key)
  if (known) return known
  const { rows, vectors, rowStride, aDepthStride, bDepthStride, columns, unroll, remainder, first } = shape
  const madd = multiplyAdd(strict)
  const handle = module.function(key, { params: ['i32', 'i32', 'i32', 'i32'], results: [] }, (f) => {
    const [a, b, c, count] = f.params
    const sums = Array.from({ length: rows }, () => Array.from({ length: vectors }, () => f.local('v128')))
    const row = Array.from({ length: vectors }, () => f.local('v128'))
    const factor = f.local('v128')
    const overTile = (visit: (i: number, j: number, offset: number) => Code) =>
      seq(...sums.flatMap((line, i) => line.map((_, j) => visit(i, j, (i * columns + j * 4) * 4))))
    const term = (u: number): Code =>
      seq(
        ...row.map((vector, j) => set(vector, load('v128.load', get(b), (u * bDepthStride + j * 4) * 4))),
        ...sums.map((line, i) =>
          seq(
            set(factor, load('v128.load32_splat', get(a), (i * rowStride + u * aDepthStride) * 4)),
            ...line.map((total, j) => set(total, madd(get(factor), get(row[j]), get(total)))),
          ),
        ),
      )
    const terms = (many: number) => seq(...Array.from({ length: many }, (_, u) => term(u)))
    const turn = seq(
      terms(unroll),
      set(a, op('i32.add', get(a), i32(unroll * aDepthStride * 4))),
      set(b, op('i32.add', get(b), i32(unroll * bDepthStride * 4))),
      brIf(0, op('i32.ge_s', tee(count, op('i32.sub', get(count), i32(unroll))), i32(unroll))),
    )
    return seq(
      overTile((i, j, offset) => set(sums[i][j], first ? f32x4(0) : load('v128.load', get(c), offset))),
      ifElse(op('i32.ge_s', get(count), i32(unroll)), loop(turn)),
      terms(remainder),
      overTile((i, j, offset) => store('v128.store', get(c), get(sums[i][j]), offset)),
    )
  })
  library.set(key, handle)
  return handle
}
