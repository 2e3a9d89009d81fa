import { brIf, f32x4, get, i32, load, loop, op, seq, set, store, tee } from './emit.ts'
import type { Code, FunctionHandle, Module } from './emit.ts'
import { multiplyAdd } from './math.ts'
import type { Library } from './micro.ts'

/** What a micro-kernel is specialised to; strides in elements. */
interface WindowShape {
  readonly rows: number
  readonly vectors: number
  /** Terms of a run. */
  readonly run: number
  readonly aDepthStride: number
  readonly bDepthStride: number
  /** Row stride of the tile that receives the sums. */
  readonly columns: number
  readonly unroll: number
  readonly first: boolean
}

/**
 * `(rowTable, runTable, a, b, c, runs)`: adds runs of terms to a block of c that stays in registers; row i of run j begins at
 * a + rowTable[i] + runTable[j], bytes all.
 */
export function windowKernel(module: Module, library: Library, strict: boolean, shape: WindowShape): FunctionHandle {
  const key = `windows ${Object.values(shape).join()}`
  const known = library.get(key)
  if (known) return known
  const { rows, vectors, run, aDepthStride: aStride, bDepthStride: bStride, columns, unroll, first } = shape
  const madd = multiplyAdd(strict)
  const params = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const
  const handle = module.function(key, { params: [...params], results: [] }, (f) => {
    const [rowTable, runTable, a, b, c, runs] = f.params
    const [start, turn] = [f.local('i32'), f.local('i32')]
    const pointers = Array.from({ length: rows }, () => f.local('i32'))
    const sums = Array.from({ length: rows }, () => Array.from({ length: vectors }, () => f.local('v128')))
    const line = Array.from({ length: vectors }, () => f.local('v128'))
    const factor = f.local('v128')
    const overTile = (visit: (i: number, j: number, offset: number) => Code) =>
      seq(...sums.flatMap((row, i) => row.map((_, j) => visit(i, j, (i * columns + j * 4) * 4))))
    const term = (u: number): Code =>
      seq(
        ...line.map((vector, j) => set(vector, load('v128.load', get(b), (u * bStride + j * 4) * 4))),
        ...sums.map((row, i) =>
          seq(
            set(factor, splat(pointers[i], u)),
            ...row.map((total, j) => set(total, madd(get(factor), get(line[j]), get(total)))),
          ),
        ),
      )
    // Backwards walks have negative strides, which no instruction's offset can have.
    const splat = (pointer: (typeof pointers)[number], u: number): Code =>
      aStride >= 0
        ? load('v128.load32_splat', get(pointer), u * aStride * 4)
        : load('v128.load32_splat', op('i32.add', get(pointer), i32(u * aStride * 4)), 0)
    const terms = (many: number) =>
      seq(
        ...Array.from({ length: many }, (_, u) => term(u)),
        ...pointers.map((pointer) => set(pointer, op('i32.add', get(pointer), i32(many * aStride * 4)))),
        set(b, op('i32.add', get(b), i32(many * bStride * 4))),
      )
    const turns = Math.floor(run / unroll)
    const rest = run % unroll
    return seq(
      overTile((i, j, offset) => set(sums[i][j], first ? f32x4(0) : load('v128.load', get(c), offset))),
      loop(
        seq(
          set(start, op('i32.add', get(a), load('i32.load', get(runTable)))),
          ...pointers.map((pointer, i) =>
            set(pointer, op('i32.add', get(start), load('i32.load', get(rowTable), i * 4))),
          ),
          turns === 1
            ? terms(unroll)
            : seq(
                set(turn, i32(turns)),
                loop(seq(terms(unroll), brIf(0, tee(turn, op('i32.sub', get(turn), i32(1)))))),
              ),
          rest === 0 ? seq() : terms(rest),
          set(runTable, op('i32.add', get(runTable), i32(4))),
          brIf(0, tee(runs, op('i32.sub', get(runs), i32(1)))),
        ),
      ),
      overTile((i, j, offset) => store('v128.store', get(c), get(sums[i][j]), offset)),
    )
  })
  library.set(key, handle)
  return handle
}
