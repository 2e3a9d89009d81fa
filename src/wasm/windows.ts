import { sizeOf } from '../tensor/shape.ts'
import { call, forRange, get, i32, ifElse, load, op, seq, set } from './emit.ts'
import type { Code, FunctionContext, FunctionHandle, Module } from './emit.ts'
import { microKernel } from './micro.ts'
import type { Library } from './micro.ts'
import type { Product } from './orientation.ts'
import { gatherRows, packPanel, thrashes } from './pack.ts'
import { decode, scale, sum } from './rows.ts'
import type { Environment } from './rows.ts'
import { bytesAlong, writeTable } from './table.ts'
import { edgedKernels, operandBase } from './tile.ts'
import type { EdgedKernels, TileCode } from './tile.ts'
import { holdsPackedRows, tileBytes } from './tiling.ts'
import type { Tiling } from './tiling.ts'
import { windowKernel } from './window-kernel.ts'

/**
 * The sums of a tile of a convolution (or one of its gradients), read where the images stand: where each row of the tile begins, and
 * where each run of terms does, is written into two small tables, and the micro-kernel adds up what they say.
 */
export function windowsAccumulator(
  module: Module,
  library: Library,
  product: Product,
  environment: Environment,
  tiling: Tiling,
): (f: FunctionContext, tile: TileCode) => Code {
  const { n, a, b, windows } = product
  if (windows === null) throw new Error('a product of matrices has no windows')
  const { rows, runs, run, columnStride, alongRows } = windows
  const panel = tiling.vectors * 4
  const runCount = sizeOf(runs.extents)
  // As many runs at a time as keep a panel of b in the first-level cache; evenly, so that no block is short.
  const blocks = Math.max(1, Math.round((runCount * run.length) / tiling.depth))
  const runsAtOnce = Math.ceil(runCount / Math.min(blocks, runCount))
  const shortBlock = runCount % runsAtOnce
  const depth = runsAtOnce * run.length
  const packed =
    columnStride !== 1 || !isOneRun(runs.extents, runs.b, run) || thrashes(run.b, depth, environment.target.cache)
  const bStride = packed ? panel : run.b
  // Where a runs along its rows (gradients of kernels), its terms stand far apart: they are brought together for all panels of a tile.
  const gathers = alongRows && holdsPackedRows({ ...tiling, depth })
  const shape = { bDepthStride: bStride, columns: tiling.columns }
  const kernelsFor = (runsInBlock: number, first: boolean) =>
    edgedKernels(product, tiling, (rowCount, vectors) =>
      gathers
        ? microKernel(module, library, environment.strict, {
            ...shape,
            rows: rowCount,
            vectors,
            rowStride: 1,
            aDepthStride: tiling.registers,
            remainder: (runsInBlock * run.length) % tiling.unroll,
            unroll: tiling.unroll,
            first,
          })
        : windowKernel(module, library, environment.strict, {
            ...shape,
            rows: rowCount,
            vectors,
            run: run.length,
            aDepthStride: run.a,
            unroll: Math.min(tiling.unroll, run.length),
            first,
          }),
    )
  const wholeBlocks = runCount - shortBlock
  const kernels = {
    first: kernelsFor(runsAtOnce, true),
    middle: wholeBlocks > runsAtOnce ? kernelsFor(runsAtOnce, false) : null,
    last: shortBlock > 0 ? kernelsFor(shortBlock, false) : null,
  }
  const gather = gathers ? gatherRows(module, library, { run, rows: tiling.registers }) : null
  const pack = packed ? packPanel(module, library, { columnStride, depthStride: run.b, panel }) : null

  return (f, tile) => {
    const locals = Array.from({ length: 15 }, () => f.local('i32'))
    const [column, aBase, bBase, bAt, cAt, row, fullRows, place, firstRun, count, table, at, packTo, rowsAt, aAt] =
      locals
    const packedPanel = sum(tile.scratch, i32(tiling.rows * tiling.columns * 4))
    const gatheredRows = sum(packedPanel, i32(packed ? depth * panel * 4 : 0))
    const rowTable = sum(tile.scratch, i32(tileBytes))
    const runTable = sum(rowTable, i32(tiling.rows * 4))
    const packRuns = (handle: FunctionHandle): Code =>
      seq(
        set(packTo, packedPanel),
        forRange(
          at,
          i32(0),
          get(count),
          1,
          seq(
            set(place, sum(get(firstRun), get(at))),
            call(
              handle,
              sum(get(bBase), bytesAlong(decode(place, runs.extents), runs.b)),
              sum(tile.column0, get(column)),
              i32(n - 1),
              i32(run.length),
              get(packTo),
            ),
            set(packTo, sum(get(packTo), i32(run.length * panel * 4))),
          ),
        ),
        set(bAt, packedPanel),
      )
    const inPlace = (): Code =>
      set(
        bAt,
        sum(
          get(bBase),
          scale(get(firstRun), run.length * run.b * 4),
          op('i32.shl', sum(tile.column0, get(column)), i32(2)),
        ),
      )
    const bytesOfGroup = (rowCount: number) => scale(get(count), run.length * rowCount * 4)
    const rowsOf = (kernel: FunctionHandle, lastRows: FunctionHandle | null): Code => {
      const add = (handle: FunctionHandle) =>
        gathers
          ? call(handle, get(aAt), get(bAt), get(cAt), scale(get(count), run.length))
          : call(handle, get(rowsAt), runTable, get(aBase), get(bAt), get(cAt), get(count))
      return seq(
        forRange(
          row,
          i32(0),
          get(fullRows),
          tiling.registers,
          seq(
            add(kernel),
            gathers
              ? set(aAt, sum(get(aAt), bytesOfGroup(tiling.registers)))
              : set(rowsAt, sum(get(rowsAt), i32(tiling.registers * 4))),
            set(cAt, sum(get(cAt), i32(tiling.registers * tiling.columns * 4))),
          ),
        ),
        lastRows === null ? seq() : ifElse(op('i32.ne', get(fullRows), tile.rows), add(lastRows)),
      )
    }
    // Run by run, as neighbouring rows of one run share cache lines.
    const gatherAll = (handle: FunctionHandle): Code =>
      seq(
        set(packTo, gatheredRows),
        set(table, runTable),
        forRange(
          at,
          i32(0),
          get(count),
          1,
          seq(
            set(rowsAt, rowTable),
            set(aAt, get(packTo)),
            forRange(
              row,
              i32(0),
              tile.rows,
              tiling.registers,
              seq(
                call(handle, get(rowsAt), sum(get(aBase), load('i32.load', get(table))), get(aAt)),
                set(rowsAt, sum(get(rowsAt), i32(tiling.registers * 4))),
                set(aAt, sum(get(aAt), bytesOfGroup(tiling.registers))),
              ),
            ),
            set(table, sum(get(table), i32(4))),
            set(packTo, sum(get(packTo), i32(run.length * tiling.registers * 4))),
          ),
        ),
      )
    const overPanels = ({ full, lastRows, lastColumns, corner }: EdgedKernels): Code =>
      forRange(
        column,
        i32(0),
        tile.columns,
        panel,
        seq(
          gathers ? set(aAt, gatheredRows) : set(rowsAt, rowTable),
          set(cAt, sum(tile.scratch, op('i32.shl', get(column), i32(2)))),
          pack === null ? inPlace() : packRuns(pack),
          lastColumns === null
            ? rowsOf(full, lastRows)
            : ifElse(
                op('i32.le_s', sum(tile.column0, get(column)), i32(n - panel)),
                rowsOf(full, lastRows),
                rowsOf(lastColumns, corner),
              ),
        ),
      )
    const block = (runsInBlock: number, which: EdgedKernels): Code =>
      seq(
        set(count, i32(runsInBlock)),
        writeTable(f, runTable, { first: get(firstRun), count: i32(runsInBlock), extents: runs.extents }, runs.a),
        gather === null ? seq() : gatherAll(gather),
        overPanels(which),
      )
    return seq(
      set(aBase, operandBase(environment, tile, a)),
      set(bBase, operandBase(environment, tile, b)),
      set(fullRows, op('i32.sub', tile.rows, op('i32.rem_u', tile.rows, i32(tiling.registers)))),
      writeTable(f, rowTable, { first: tile.row0, count: tile.rows, extents: rows.extents }, rows.a, tiling.rows),
      set(firstRun, i32(0)),
      block(runsAtOnce, kernels.first),
      kernels.middle === null
        ? seq()
        : forRange(firstRun, i32(runsAtOnce), i32(wholeBlocks), runsAtOnce, block(runsAtOnce, kernels.middle)),
      kernels.last === null ? seq() : seq(set(firstRun, i32(wholeBlocks)), block(shortBlock, kernels.last)),
    )
  }
}

/** Whether all runs of b together are a single one. */
function isOneRun(
  extents: readonly number[],
  strides: readonly number[],
  run: { readonly length: number; readonly b: number },
): boolean {
  let expected = run.length * run.b
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    if (extents[axis] > 1 && strides[axis] !== expected) return false
    expected *= extents[axis]
  }
  return true
}
