import type { WinogradOfGradients } from '../../kernels/nest.ts'
import { pointsOf } from '../../kernels/winograd.ts'
import { sizeOf } from '../../tensor/shape.ts'
import { forRange, get, i32, op, seq, set } from '../emit.ts'
import type { Code } from '../emit.ts'
import { kernelSignature } from '../kernel.ts'
import type { Kernel } from '../kernel.ts'
import { microKernel } from '../micro.ts'
import { scale, sum } from '../rows.ts'
import { writeTable } from '../table.ts'
import { gradientTileSize } from './tile-size.ts'
import { transformFunction } from './transform.ts'
import { spread, tilesOf } from './context.ts'
import type { WinogradContext } from './context.ts'
import { outputsOf } from './outputs.ts'
import { multiplyPoints, rowKernels } from './products.ts'
import type { RowKernels } from './products.ts'
import { dataTransform, writePoints } from './tiles.ts'

/**
 * The gradient of a kernel by Winograd's algorithm (winograd.ts), some channels and some units at a time. For some tiles of pixels after the
 * others, B^T d B of the images and G g G^T of the gradients are written to the scratch memory and multiplied there.
 */
export function gradientKernel(context: WinogradContext<WinogradOfGradients>): Kernel {
  const { module, library, name, producer, environment, registerTile } = context
  const { directions, channels, units, data } = producer
  const [down, across] = directions
  const points = pointsOf(directions)
  const extents = tilesOf(producer)
  const terms = sizeOf(extents)
  const residues = down.pitch * across.pitch
  const { rows, columns, depth } = gradientTileSize(
    { points, terms, channels, units },
    environment.target.sums.winograd.multiple,
  )
  const [dataBytes, filterBytes, sumBytes] = [rows * depth, columns * depth, rows * columns].map((size) =>
    spread(size * 4, environment.target.cache),
  )
  const columnTiles = units / columns
  const run = across.pitch * channels
  const transformData = dataTransform(context, dataBytes)
  const transformFilter = transformFunction(module, library, {
    down: down.transforms.filter,
    across: across.transforms.filter,
    from: [producer.filterSteps[0] * 4, producer.filterSteps[1] * 4],
    to: filterBytes,
  })
  const kernels = (count: number, first: boolean) =>
    rowKernels(registerTile, rows % registerTile.registers, (rowsHeld) =>
      microKernel(module, library, environment.strict, {
        rows: rowsHeld,
        vectors: registerTile.vectors,
        rowStride: 1,
        aDepthStride: rows,
        bDepthStride: columns,
        columns,
        unroll: 4,
        remainder: count % 4,
        first,
      }),
    )
  const blocks = Math.ceil(terms / depth)
  const inLast = terms - (blocks - 1) * depth
  const firstKernels = kernels(blocks === 1 ? inLast : depth, true)
  const middleKernels = blocks > 2 ? kernels(depth, false) : null
  const lastKernels = blocks > 1 ? kernels(inLast, false) : null
  const outputs = outputsOf(context, sumBytes)
  const handle = module.function(name, kernelSignature, (f) => {
    const [tile, scratch] = f.params
    const [firstRow, firstColumn, block, count] = Array.from({ length: 4 }, () => f.local('i32'))
    const sums = get(scratch)
    const dataAt = sum(sums, i32(points * sumBytes))
    const filterAt = sum(dataAt, i32(points * dataBytes))
    const table = sum(filterAt, i32(points * filterBytes))
    const dataStart = sum(
      i32(environment.addressOf(data.block) + data.offset * 4),
      scale(op('i32.div_u', get(firstRow), i32(run)), data.strides[3] * 4),
      scale(op('i32.rem_u', get(firstRow), i32(run)), 4),
    )
    const { block: gradients, offset, strides } = producer.filter
    const filterStart = sum(i32(environment.addressOf(gradients) + offset * 4), scale(get(firstColumn), 4))
    const multiply = multiplyPoints(f, registerTile, {
      points,
      rows: i32(rows),
      columns,
      terms: get(count),
      data: dataAt,
      dataBytes,
      rowBytes: 4,
      filterAt: (point, column) => sum(filterAt, scale(point, filterBytes), scale(column, 4)),
      sums,
      sumBytes,
    })
    const some = { first: scale(get(block), depth), count: get(count), extents }
    const write = seq(
      writeTable(f, table, some, data.strides),
      writePoints(f, transformData, { table, count: get(count), start: dataStart, to: dataAt, width: rows }),
      writeTable(f, table, some, strides),
      writePoints(f, transformFilter, { table, count: get(count), start: filterStart, to: filterAt, width: columns }),
    )
    const oneBlock = (inBlock: number, which: RowKernels): Code => seq(set(count, i32(inBlock)), write, multiply(which))
    return seq(
      set(firstColumn, scale(op('i32.rem_u', get(tile), i32(columnTiles)), columns)),
      set(firstRow, scale(op('i32.div_u', get(tile), i32(columnTiles)), rows)),
      set(block, i32(0)),
      oneBlock(blocks === 1 ? inLast : depth, firstKernels),
      middleKernels === null ? seq() : forRange(block, i32(1), i32(blocks - 1), 1, oneBlock(depth, middleKernels)),
      lastKernels === null ? seq() : seq(set(block, i32(blocks - 1)), oneBlock(inLast, lastKernels)),
      outputs(f, { at: sums, firstRow: get(firstRow), rows: i32(rows), firstColumn: get(firstColumn), columns }),
    )
  })
  return { name, tiles: ((residues * channels) / rows) * columnTiles, handle }
}
