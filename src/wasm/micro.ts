import { f32x4, forRange, get, i32, ifElse, load, loop, brIf, op, seq, set, shuffle, store, tee } from './emit.ts'
import type { Code, FunctionHandle, Module } from './emit.ts'
import type { Library } from './contract.ts'
import { minimum } from './kernel.ts'
import { multiplyAdd } from './math.ts'

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

interface PackShape {
  readonly columnStride: number
  readonly depthStride: number
  readonly panel: number
}

/**
 * `(b, firstColumn, lastColumn, count, to)`: writes `count` rows of a panel of columns one behind the other; columns beyond the last
 * repeat it. Where b runs along its depth, four by four elements are transposed in registers.
 */
export function packColumns(module: Module, library: Library, { columnStride, depthStride, panel }: PackShape): FunctionHandle {
  const key = `pack ${columnStride},${depthStride},${panel}`
  const known = library.get(key)
  if (known) return known
  const handle = module.function(key, { params: ['i32', 'i32', 'i32', 'i32', 'i32'], results: [] }, (f) => {
    const [b, firstColumn, lastColumn, count, to] = f.params
    const [column, k, target] = Array.from({ length: 3 }, () => f.local('i32'))
    const sources = Array.from({ length: 4 }, () => f.local('i32'))
    const lines = Array.from({ length: 4 }, () => f.local('v128'))
    const pairs = Array.from({ length: 4 }, () => f.local('v128'))
    const start = (q: number) =>
      set(sources[q], op('i32.add', get(b), op('i32.mul', minimum(f, sumOf(get(firstColumn), get(column), i32(q)), get(lastColumn)), i32(columnStride * 4))))
    const low = (x: Code, y: Code) => shuffle(lanes(0, 4, 1, 5), x, y)
    const high = (x: Code, y: Code) => shuffle(lanes(2, 6, 3, 7), x, y)
    const [l0, l1, l2, l3] = lines.map(get)
    const [p0, p1, p2, p3] = pairs.map(get)
    const square = seq(
      ...lines.map((line, q) => set(line, load('v128.load', get(sources[q])))),
      set(pairs[0], low(l0, l2)),
      set(pairs[1], low(l1, l3)),
      set(pairs[2], high(l0, l2)),
      set(pairs[3], high(l1, l3)),
      store('v128.store', get(target), low(p0, p1), 0),
      store('v128.store', get(target), high(p0, p1), panel * 4),
      store('v128.store', get(target), low(p2, p3), panel * 8),
      store('v128.store', get(target), high(p2, p3), panel * 12),
    )
    const single = seq(...sources.map((source, q) => store('f32.store', get(target), load('f32.load', get(source)), q * 4)))
    const advance = (terms: number) =>
      seq(
        ...sources.map((source) => set(source, op('i32.add', get(source), i32(terms * depthStride * 4)))),
        set(target, op('i32.add', get(target), i32(terms * panel * 4))),
      )
    return forRange(column, i32(0), i32(panel), 4, seq(
      ...sources.map((_, q) => start(q)),
      set(target, op('i32.add', get(to), op('i32.shl', get(column), i32(2)))),
      set(k, i32(0)),
      depthStride === 1 ? forRange(k, i32(0), op('i32.and', get(count), i32(-4)), 4, seq(square, advance(4))) : seq(),
      forRange(k, get(k), get(count), 1, seq(single, advance(1))),
    ))
  })
  library.set(key, handle)
  return handle
}

const sumOf = (...terms: Code[]): Code => terms.reduce((a, b) => op('i32.add', a, b))

/** Byte indices of a shuffle that moves whole 32-bit lanes. */
const lanes = (...order: number[]): number[] => order.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte))
