import { range, sizeOf } from '../tensor/shape.ts'
import { brIf, call, f32x4, forRange, get, i32, load, loop, op, seq, set, shuffleLanes, store, tee } from './emit.ts'
import type { Code, FunctionContext, FunctionHandle, Module } from './emit.ts'
import { multiplyAdd } from './math.ts'
import type { Library } from './micro.ts'
import type { Product } from './orientation.ts'
import { decode, scale, sum } from './rows.ts'
import type { Environment } from './rows.ts'
import { bytesAlong, writeTable } from './table.ts'
import { operandBase } from './tile.ts'
import type { TileCode } from './tile.ts'
import { scratchBytes, tileBytes } from './tiling.ts'
import type { Tiling } from './tiling.ts'

/** Columns that fill one vector at the most: terms fill them better. */
const mostColumns = 4

/** Terms that are multiplied together: two vectors, which V8 joins to 256 bits. */
const together = 8

/** Whether vectors had better run along the terms, as in convolutions that give one or three channels. */
export function isNarrow({ n, k, windows }: Product, tiling: Tiling): boolean {
  if (windows === null || n > mostColumns) return false
  const { run, runs } = windows
  const needed = tileBytes + (tiling.rows + sizeOf(runs.extents) + k * n + 6 * n * together) * 4
  return run.a === 1 && run.length % together === 0 && needed <= scratchBytes
}

/** The sums of a tile of few columns: the terms of every column side by side, rows times columns of them in registers. */
export function narrowAccumulator(
  module: Module,
  library: Library,
  { n, k, a, b, windows }: Product,
  environment: Environment,
  tiling: Tiling,
): (f: FunctionContext, tile: TileCode) => Code {
  if (windows === null) throw new Error('a product of matrices has no windows')
  const { rows, runs, run, columnStride } = windows
  const runCount = sizeOf(runs.extents)
  const registerRows = n > 2 ? 3 : 6
  const kernel = dotKernel(module, library, environment.strict, {
    rows: registerRows,
    columns: n,
    run: run.length,
    rowBytes: tiling.columns * 4,
  })
  return (f, tile) => {
    const [row, at, column, term, place, from, to] = Array.from({ length: 7 }, () => f.local('i32'))
    const rowTable = sum(tile.scratch, i32(tileBytes))
    const runTable = sum(rowTable, i32(tiling.rows * 4))
    const columnsAt = sum(runTable, i32(runCount * 4))
    const lanesAt = sum(columnsAt, i32(k * n * 4))
    /** The terms of one column after the other, run by run. */
    const columns = forRange(
      at,
      i32(0),
      i32(runCount),
      1,
      forRange(
        column,
        i32(0),
        i32(n),
        1,
        seq(
          set(place, get(at)),
          set(
            from,
            sum(
              operandBase(environment, tile, b),
              bytesAlong(decode(place, runs.extents), runs.b),
              scale(get(column), columnStride * 4),
            ),
          ),
          forRange(
            term,
            i32(0),
            i32(run.length),
            1,
            seq(
              store('f32.store', get(to), load('f32.load', get(from))),
              set(from, sum(get(from), i32(run.b * 4))),
              set(to, sum(get(to), i32(4))),
            ),
          ),
        ),
      ),
    )
    return seq(
      set(to, columnsAt),
      columns,
      writeTable(f, rowTable, { first: tile.row0, count: tile.rows, extents: rows.extents }, rows.a, tiling.rows),
      writeTable(f, runTable, { first: i32(0), count: i32(runCount), extents: runs.extents }, runs.a),
      forRange(
        row,
        i32(0),
        tile.rows,
        registerRows,
        call(
          kernel,
          sum(rowTable, scale(get(row), 4)),
          runTable,
          operandBase(environment, tile, a),
          columnsAt,
          sum(tile.scratch, scale(get(row), tiling.columns * 4)),
          i32(runCount),
          lanesAt,
        ),
      ),
    )
  }
}

/** What a kernel of dot products is specialised to. */
interface DotShape {
  readonly rows: number
  readonly columns: number
  /** Terms of a run. */
  readonly run: number
  /** Row stride of the tile that receives the sums, in bytes. */
  readonly rowBytes: number
}

/**
 * `(rowTable, runTable, a, b, c, runs, lanes)`: the sums of some rows for all columns; row i of run j begins at a + rowTable[i] +
 * runTable[j], column o of run j at b + (j columns + o) run. Terms are summed in eight lanes, which are put down at `lanes` and added
 * up at the end: so V8 joins them to 256 bits, and the result is the same where it does not.
 */
function dotKernel(module: Module, library: Library, strict: boolean, shape: DotShape): FunctionHandle {
  const key = `dots ${strict} ${Object.values(shape).join()}`
  const known = library.get(key)
  if (known) return known
  const { rows, columns, run, rowBytes } = shape
  const madd = multiplyAdd(strict)
  const params = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const
  const handle = module.function(key, { params: [...params], results: [] }, (f) => {
    const [rowTable, runTable, a, b, c, runs, lanes] = f.params
    const [start, turn] = [f.local('i32'), f.local('i32')]
    const pointers = range(rows).map(() => f.local('i32'))
    const vectors = () => range(together / 4).map(() => f.local('v128'))
    const sums = range(rows).map(() => range(columns).map(vectors))
    const factors = range(columns).map(vectors)
    const terms = vectors()
    const each = (visit: (i: number, o: number, v: number) => Code) =>
      sums.flatMap((row, i) => row.flatMap((lane, o) => lane.map((_, v) => visit(i, o, v))))
    const someTerms = seq(
      ...factors.flatMap((lane, o) =>
        lane.map((factor, v) => set(factor, load('v128.load', get(b), o * run * 4 + v * 16))),
      ),
      ...sums.flatMap((row, i) => [
        ...terms.map((term, v) => set(term, load('v128.load', get(pointers[i]), v * 16))),
        ...row.flatMap((lane, o) =>
          lane.map((total, v) => set(total, madd(get(terms[v]), get(factors[o][v]), get(total)))),
        ),
        set(pointers[i], op('i32.add', get(pointers[i]), i32(together * 4))),
      ]),
      set(b, op('i32.add', get(b), i32(together * 4))),
    )
    const oneRun = seq(
      set(start, op('i32.add', get(a), load('i32.load', get(runTable)))),
      ...pointers.map((pointer, i) => set(pointer, op('i32.add', get(start), load('i32.load', get(rowTable), i * 4)))),
      set(turn, i32(run / together)),
      loop(seq(someTerms, brIf(0, tee(turn, op('i32.sub', get(turn), i32(1)))))),
      set(b, op('i32.add', get(b), i32((columns - 1) * run * 4))),
      set(runTable, op('i32.add', get(runTable), i32(4))),
      brIf(0, tee(runs, op('i32.sub', get(runs), i32(1)))),
    )
    const laneOffset = (i: number, o: number, v: number) => ((i * columns + o) * together + v * 4) * 4
    const halves = range(mostColumns).map(() => f.local('v128'))
    const pairs = range(2).map(() => f.local('v128'))
    const added = (i: number) => {
      const read = (o: number, v: number) => load('v128.load', get(lanes), laneOffset(i, o, v))
      const [w, x, y, z] = halves.map(get)
      const [low, high] = pairs.map(get)
      return seq(
        ...halves.map((one, o) => set(one, o < columns ? op('f32x4.add', read(o, 0), read(o, 1)) : f32x4(0))),
        set(pairs[0], addedAcross(w, x, [0, 4, 1, 5], [2, 6, 3, 7])),
        set(pairs[1], addedAcross(y, z, [0, 4, 1, 5], [2, 6, 3, 7])),
        store('v128.store', get(c), addedAcross(low, high, [0, 1, 4, 5], [2, 3, 6, 7]), i * rowBytes),
      )
    }
    return seq(
      ...each((i, o, v) => set(sums[i][o][v], f32x4(0))),
      loop(oneRun),
      ...each((i, o, v) => store('v128.store', get(lanes), get(sums[i][o][v]), laneOffset(i, o, v))),
      ...range(rows).map(added),
    )
  })
  library.set(key, handle)
  return handle
}

/** Some lanes of two vectors, and the others added to them. */
const addedAcross = (x: Code, y: Code, some: readonly number[], others: readonly number[]): Code =>
  op('f32x4.add', shuffleLanes(some, x, y), shuffleLanes(others, x, y))
