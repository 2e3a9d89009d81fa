import type { Target } from '../kernels/target.ts'
import { greatestCommonDivisor, range } from '../tensor/shape.ts'
import { forRange, get, i32, ifElse, load, op, seq, set, shuffleLanes, store } from './emit.ts'
import type { Code, FunctionContext, FunctionHandle, Module } from './emit.ts'
import { minimum } from './kernel.ts'
import type { Library } from './micro.ts'

interface PackShape {
  readonly columnStride: number
  readonly depthStride: number
  readonly panel: number
}

/**
 * `(b, firstColumn, lastColumn, count, to)`: writes `count` rows of a panel of columns one behind the other. What stands in columns
 * beyond the last does not matter.
 */
export function packPanel(module: Module, library: Library, shape: PackShape): FunctionHandle {
  const key = `pack ${shape.columnStride},${shape.depthStride},${shape.panel}`
  const known = library.get(key)
  if (known) return known
  const body = shape.columnStride === 1 ? copyRows(shape) : transposeColumns(shape)
  const handle = module.function(key, { params: ['i32', 'i32', 'i32', 'i32', 'i32'], results: [] }, body)
  library.set(key, handle)
  return handle
}

const copyRows =
  ({ depthStride, panel }: PackShape) =>
  (f: FunctionContext): Code => {
    const [b, firstColumn, , count, to] = f.params
    const k = f.local('i32')
    const vectors = Array.from({ length: panel / 4 }, (_, j) =>
      store('v128.store', get(to), load('v128.load', get(b), j * 16), j * 16),
    )
    return seq(
      set(b, sumOf(get(b), op('i32.shl', get(firstColumn), i32(2)))),
      forRange(
        k,
        i32(0),
        get(count),
        1,
        seq(...vectors, set(b, sumOf(get(b), i32(depthStride * 4))), set(to, sumOf(get(to), i32(panel * 4)))),
      ),
    )
  }

/** Where b runs along its depth, four by four elements are transposed in registers; columns beyond the last repeat it. */
const transposeColumns =
  ({ columnStride, depthStride, panel }: PackShape) =>
  (f: FunctionContext): Code => {
    const [b, firstColumn, lastColumn, count, to] = f.params
    const [column, k, target] = Array.from({ length: 3 }, () => f.local('i32'))
    const sources = Array.from({ length: 4 }, () => f.local('i32'))
    const lines = Array.from({ length: 4 }, () => f.local('v128'))
    const pairs = Array.from({ length: 4 }, () => f.local('v128'))
    const start = (q: number) =>
      set(
        sources[q],
        op(
          'i32.add',
          get(b),
          op(
            'i32.mul',
            minimum(f, sumOf(get(firstColumn), get(column), i32(q)), get(lastColumn)),
            i32(columnStride * 4),
          ),
        ),
      )
    const low = (x: Code, y: Code) => shuffleLanes([0, 4, 1, 5], x, y)
    const high = (x: Code, y: Code) => shuffleLanes([2, 6, 3, 7], x, y)
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
    const single = seq(
      ...sources.map((source, q) => store('f32.store', get(target), load('f32.load', get(source)), q * 4)),
    )
    const advance = (terms: number) =>
      seq(
        ...sources.map((source) => set(source, op('i32.add', get(source), i32(terms * depthStride * 4)))),
        set(target, op('i32.add', get(target), i32(terms * panel * 4))),
      )
    return forRange(
      column,
      i32(0),
      i32(panel),
      4,
      seq(
        ...sources.map((_, q) => start(q)),
        set(target, op('i32.add', get(to), op('i32.shl', get(column), i32(2)))),
        set(k, i32(0)),
        depthStride === 1 ? forRange(k, i32(0), op('i32.and', get(count), i32(-4)), 4, seq(square, advance(4))) : seq(),
        forRange(k, get(k), get(count), 1, seq(single, advance(1))),
      ),
    )
  }

/**
 * `(a, rows, count, to)`: writes the terms of as many rows as the micro-kernel holds side by side, k after k, group after group of rows.
 * What stands in rows beyond the last does not matter.
 */
export function packRows(
  module: Module,
  library: Library,
  { depthStride, rows }: { readonly depthStride: number; readonly rows: number },
): FunctionHandle {
  const key = `pack rows ${depthStride},${rows}`
  const known = library.get(key)
  if (known) return known
  const handle = module.function(key, { params: ['i32', 'i32', 'i32', 'i32'], results: [] }, (f) => {
    const [a, count, depth, to] = f.params
    const [row, k, source] = Array.from({ length: 3 }, () => f.local('i32'))
    // Groups of 4 to 8 rows are two vectors, which may overlap.
    const vectors = [0, (rows - 4) * 4].map((offset) =>
      store('v128.store', get(to), load('v128.load', get(source), offset), offset),
    )
    return forRange(
      row,
      i32(0),
      get(count),
      rows,
      seq(
        set(source, sumOf(get(a), op('i32.shl', get(row), i32(2)))),
        forRange(
          k,
          i32(0),
          get(depth),
          1,
          seq(
            ...vectors,
            set(source, sumOf(get(source), i32(depthStride * 4))),
            set(to, sumOf(get(to), i32(rows * 4))),
          ),
        ),
      ),
    )
  })
  library.set(key, handle)
  return handle
}

/**
 * `(rowTable, a, to)`: writes a run of terms of one group of rows side by side, term after term; row i begins at a + rowTable[i].
 * What stands in rows beyond the last does not matter.
 */
export function gatherRows(
  module: Module,
  library: Library,
  { run, rows }: { readonly run: { readonly length: number; readonly a: number }; readonly rows: number },
): FunctionHandle {
  const key = `gather rows ${run.length},${run.a},${rows}`
  const known = library.get(key)
  if (known) return known
  const handle = module.function(key, { params: ['i32', 'i32', 'i32'], results: [] }, (f) => {
    const [rowTable, start, to] = f.params
    const term = f.local('i32')
    const pointers = Array.from({ length: rows }, () => f.local('i32'))
    const rowAt = (i: number) => load('i32.load', get(rowTable), i * 4)
    // Every one of them: rows beyond the last repeat it, and may end where a row without gaps would.
    const isInARow = range(rows - 1)
      .map((i) => op('i32.eq', op('i32.sub', rowAt(i + 1), rowAt(i)), i32(4)))
      .reduce((all, next) => op('i32.and', all, next))
    const overTerms = (body: Code) => forRange(term, i32(0), i32(run.length), 1, body)
    const next = set(to, sumOf(get(to), i32(rows * 4)))
    // Groups of 4 to 8 rows are two vectors, which may overlap.
    const together = seq(
      set(start, sumOf(get(start), rowAt(0))),
      overTerms(
        seq(
          ...[0, (rows - 4) * 4].map((offset) =>
            store('v128.store', get(to), load('v128.load', get(start), offset), offset),
          ),
          set(start, sumOf(get(start), i32(run.a * 4))),
          next,
        ),
      ),
    )
    const oneByOne = seq(
      ...pointers.map((pointer, i) => set(pointer, sumOf(get(start), rowAt(i)))),
      overTerms(
        seq(
          ...pointers.map((pointer, i) =>
            seq(
              store('f32.store', get(to), load('f32.load', get(pointer)), i * 4),
              set(pointer, sumOf(get(pointer), i32(run.a * 4))),
            ),
          ),
          next,
        ),
      ),
    )
    return ifElse(isInARow, together, oneByOne)
  })
  library.set(key, handle)
  return handle
}

const sumOf = (...terms: Code[]): Code => terms.reduce((a, b) => op('i32.add', a, b))

/**
 * Whether the rows of a panel, one cache line each, push one another out of the first-level cache: at a stride of a large power of two
 * they fall into a few of its sets.
 */
export function thrashes(depthStride: number, depth: number, { line, sets, ways }: Target['cache']): boolean {
  const lines = (depthStride * 4) / line
  if (!Number.isInteger(lines)) return false
  const setsUsed = sets / greatestCommonDivisor(lines, sets)
  // Other operands need some lines of every set.
  return depth > setsUsed * (ways - 2)
}
