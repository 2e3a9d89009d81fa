import { bodyAccesses } from '../kernels/merge.ts'
import { greatestCommonDivisor } from '../tensor/shape.ts'
import { call, forRange, get, i32, ifElse, op, seq, set } from './emit.ts'
import type { Code, FunctionContext, FunctionHandle, Module } from './emit.ts'
import { kernelSignature, minimum } from './kernel.ts'
import type { Kernel } from './kernel.ts'
import { rowCode, scale, sum, walkPoints, walksOf } from './rows.ts'
import type { Environment } from './rows.ts'
import { microKernel } from './micro.ts'
import type { Library } from './micro.ts'
import { isNarrow, narrowAccumulator } from './narrow.ts'
import { packPanel, packRows, thrashes } from './pack.ts'
import type { Product } from './orientation.ts'
import { edgedKernels, operandBase } from './tile.ts'
import type { TileCode } from './tile.ts'
import { holdsPackedRows } from './tiling.ts'
import type { Tiling } from './tiling.ts'
import { windowsAccumulator } from './windows.ts'

/**
 * A matrix product with the elementwise work that follows it. A tile of rows x columns is accumulated in the thread's scratch
 * memory, `depth` terms of the sum at a time so that a panel of b stays in the first-level cache; then the body runs over the tile
 * while it is there. Every element sums its terms in order of k, whatever the tiling, so the tiling never changes a result.
 */
export function contractKernel(
  module: Module,
  library: Library,
  name: string,
  product: Product,
  environment: Environment,
  tiling: Tiling,
): Kernel {
  const { m, n, batch, body } = product
  const batches = batch.reduce((a, b) => a * b, 1)
  const rowTiles = Math.ceil(m / tiling.rows)
  const columnTiles = Math.ceil(n / tiling.columns)
  const accumulate = accumulatorFor(product, tiling)(module, library, product, environment, tiling)

  const isOfImages = product.windows !== null && !product.windows.alongRows
  const order = isOfImages ? tileOrder.ofImages : tileOrder.others
  const handle = module.function(name, kernelSignature, (f) => {
    const [tile, scratch] = f.params
    const [row0, column0, batchIndex, rows, columns] = Array.from({ length: 5 }, () => f.local('i32'))
    const walks = walksOf(f, environment, bodyAccesses(body))
    const batchIndices = batch.map((extent, axis) => {
      const below = batch.slice(axis + 1).reduce((a, b) => a * b, 1)
      return op('i32.rem_u', op('i32.div_u', get(batchIndex), i32(below)), i32(extent))
    })
    const even = n % tiling.columns === 0
    const place = (axis: TileAxis): Code => {
      const counts = { batch: batches, rows: rowTiles, columns: columnTiles }
      const below = order.slice(order.indexOf(axis) + 1).reduce((tiles, inner) => tiles * counts[inner], 1)
      return op('i32.rem_u', op('i32.div_u', get(tile), i32(below)), i32(counts[axis]))
    }
    const rowAxes = product.windows?.rows.extents ?? [m]
    return seq(
      set(batchIndex, place('batch')),
      set(column0, scale(place('columns'), tiling.columns)),
      set(row0, scale(place('rows'), tiling.rows)),
      set(rows, minimum(f, i32(tiling.rows), op('i32.sub', i32(m), get(row0)))),
      set(columns, minimum(f, i32(tiling.columns), op('i32.sub', i32(n), get(column0)))),
      accumulate(f, {
        batchIndices,
        row0: get(row0),
        column0: get(column0),
        rows: get(rows),
        columns: get(columns),
        scratch: get(scratch),
      }),
      walkPoints(
        f,
        { first: get(row0), count: get(rows), extents: rowAxes },
        {
          moveTo: (index) => walks.moveTo([...batchIndices, ...index, get(column0)]),
          step: walks.advance(batch.length + rowAxes.length - 1),
          visit: (row) =>
            rowCode(
              f,
              environment,
              body,
              walks,
              even ? tiling.columns : get(columns),
              greatestCommonDivisor(n, tiling.columns),
              {
                address: sum(get(scratch), scale(get(row), tiling.columns * 4)),
                offset: 0,
                stride: 1,
                stored: 'f32',
              },
            ),
        },
      ),
    )
  })
  return { name, tiles: batches * rowTiles * columnTiles, handle }
}

type TileAxis = 'batch' | 'rows' | 'columns'

/**
 * In which order tiles come, outermost axis first, so that neighbours find in the cache what they share: all groups of channels of
 * some pixels, which stand side by side; else all tiles of one product, as gradients of kernels, each of which reads all images.
 */
const tileOrder: Record<'ofImages' | 'others', readonly TileAxis[]> = {
  ofImages: ['rows', 'batch', 'columns'],
  others: ['batch', 'rows', 'columns'],
}

function accumulatorFor(product: Product, tiling: Tiling) {
  if (product.windows === null) return accumulator
  return isNarrow(product, tiling) ? narrowAccumulator : windowsAccumulator
}

/** Code that leaves the sums of a tile in the scratch memory, row after row of `tiling.columns`. */
function accumulator(module: Module, library: Library, product: Product, environment: Environment, tiling: Tiling) {
  const { n, k, a, b } = product
  const [rowStride, aDepthStride] = a.strides.slice(-2)
  const [bDepthStride, columnStride] = b.strides.slice(-2)
  const panel = tiling.vectors * 4
  const packed = columnStride !== 1 || thrashes(bDepthStride, Math.min(tiling.depth, k), environment.target.cache)
  // Where a runs along its rows (x^T.g), its terms stand far apart: they are brought together once for all panels of a tile.
  const gathersRows = rowStride === 1 && aDepthStride !== 1 && holdsPackedRows(tiling)
  const rowsTogether = gathersRows
    ? packRows(module, library, { depthStride: aDepthStride, rows: tiling.registers })
    : null
  const depths = Array.from({ length: Math.ceil(k / tiling.depth) }, (_, i) => ({
    from: i * tiling.depth,
    count: Math.min(tiling.depth, k - i * tiling.depth),
  }))
  const kernels = depths.map(({ count }, block) =>
    edgedKernels(product, tiling, (rows, vectors) =>
      microKernel(module, library, environment.strict, {
        rows,
        vectors,
        rowStride,
        aDepthStride: gathersRows ? tiling.registers : aDepthStride,
        bDepthStride: packed ? panel : bDepthStride,
        columns: tiling.columns,
        remainder: count % tiling.unroll,
        unroll: tiling.unroll,
        first: block === 0,
      }),
    ),
  )
  const pack = packed ? packPanel(module, library, { columnStride, depthStride: bDepthStride, panel }) : null

  return (f: FunctionContext, tile: TileCode): Code => {
    const [column, aBase, bBase, aAt, bAt, cAt, row, fullRows] = Array.from({ length: 8 }, () => f.local('i32'))
    const packedPanel = sum(tile.scratch, i32(tiling.rows * tiling.columns * 4))
    const packedRows = sum(packedPanel, i32(tiling.depth * panel * 4))

    const rowsOf = (kernel: FunctionHandle, lastRows: FunctionHandle | null, count: number): Code =>
      seq(
        forRange(
          row,
          i32(0),
          get(fullRows),
          tiling.registers,
          seq(
            call(kernel, get(aAt), get(bAt), get(cAt), i32(count)),
            set(aAt, sum(get(aAt), i32(tiling.registers * (gathersRows ? count : rowStride) * 4))),
            set(cAt, sum(get(cAt), i32(tiling.registers * tiling.columns * 4))),
          ),
        ),
        lastRows === null
          ? seq()
          : ifElse(op('i32.ne', get(fullRows), tile.rows), call(lastRows, get(aAt), get(bAt), get(cAt), i32(count))),
      )
    const panels = depths.map(({ from, count }, block) => {
      const { full, lastRows, lastColumns, corner } = kernels[block]
      const absolute = sum(tile.column0, get(column))
      const body = rowsOf(full, lastRows, count)
      const aFrom = sum(get(aBase), i32(from * aDepthStride * 4))
      const overPanels = forRange(
        column,
        i32(0),
        tile.columns,
        panel,
        seq(
          set(aAt, rowsTogether === null ? aFrom : packedRows),
          set(cAt, sum(tile.scratch, op('i32.shl', get(column), i32(2)))),
          pack === null
            ? set(bAt, sum(get(bBase), i32(from * bDepthStride * 4), op('i32.shl', absolute, i32(2))))
            : seq(
                set(bAt, packedPanel),
                call(pack, sum(get(bBase), i32(from * bDepthStride * 4)), absolute, i32(n - 1), i32(count), get(bAt)),
              ),
          lastColumns === null
            ? body
            : ifElse(op('i32.le_s', absolute, i32(n - panel)), body, rowsOf(lastColumns, corner, count)),
        ),
      )
      return rowsTogether === null
        ? overPanels
        : seq(call(rowsTogether, aFrom, tile.rows, i32(count), packedRows), overPanels)
    })
    return seq(
      set(aBase, sum(operandBase(environment, tile, a), scale(tile.row0, rowStride * 4))),
      set(bBase, operandBase(environment, tile, b)),
      set(fullRows, op('i32.sub', tile.rows, op('i32.rem_u', tile.rows, i32(tiling.registers)))),
      ...panels,
    )
  }
}
