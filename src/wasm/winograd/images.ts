import type { WinogradOfImages } from '../../kernels/nest.ts'
import { pointsOf } from '../../kernels/winograd.ts'
import { sizeOf } from '../../tensor/shape.ts'
import { forRange, get, i32, op, seq, set } from '../emit.ts'
import { kernelSignature, minimum } from '../kernel.ts'
import type { Kernel } from '../kernel.ts'
import { microKernel } from '../micro.ts'
import { scale, sum } from '../rows.ts'
import { writeTable } from '../table.ts'
import { imagesTileSize } from './tile-size.ts'
import { spread, tilesOf } from './context.ts'
import type { WinogradContext } from './context.ts'
import { outputsOf } from './outputs.ts'
import { multiplyPoints, rowKernels } from './products.ts'
import { dataTransform, writePoints } from './tiles.ts'

/**
 * A convolution by Winograd's algorithm (winograd.ts), some tiles of pixels and some units at a time. For some channels after the others,
 * B^T d B of the pixels is written to the scratch memory and multiplied by the kernel's points there.
 */
export function imagesKernel(context: WinogradContext<WinogradOfImages>): Kernel {
  const { module, library, name, producer, environment, registerTile } = context
  const { directions, channels, units, panel, depth, data } = producer
  const [down, across] = directions
  const points = pointsOf(directions)
  const extents = tilesOf(producer)
  const tiles = sizeOf(extents)
  const { rows, columns } = imagesTileSize({ points, tiles, units, panel, depth }, registerTile.registers)
  const [dataBytes, sumBytes] = [depth, columns].map((width) => spread(rows * width * 4, environment.target.cache))
  const columnTiles = units / columns
  const blocksOfRow = (across.pitch * channels) / depth
  const transform = dataTransform(context, dataBytes)
  const kernels = (first: boolean) =>
    rowKernels(registerTile, (tiles % rows) % registerTile.registers, (count) =>
      microKernel(module, library, environment.strict, {
        rows: count,
        vectors: registerTile.vectors,
        rowStride: depth,
        aDepthStride: 1,
        bDepthStride: panel,
        columns,
        unroll: 4,
        remainder: 0,
        first,
      }),
    )
  const [firstKernels, otherKernels] = [kernels(true), kernels(false)]
  const outputs = outputsOf(context, sumBytes)
  const handle = module.function(name, kernelSignature, (f) => {
    const [tile, scratch] = f.params
    const [firstRow, firstColumn, count, block] = Array.from({ length: 4 }, () => f.local('i32'))
    const sums = get(scratch)
    const dataAt = sum(sums, i32(points * sumBytes))
    const table = sum(dataAt, i32(points * dataBytes))
    const start = sum(
      i32(environment.addressOf(data.block) + data.offset * 4),
      scale(op('i32.div_u', get(block), i32(blocksOfRow)), data.strides[3] * 4),
      scale(op('i32.rem_u', get(block), i32(blocksOfRow)), depth * 4),
    )
    const multiply = multiplyPoints(f, registerTile, {
      points,
      rows: get(count),
      columns,
      terms: i32(depth),
      data: dataAt,
      dataBytes,
      rowBytes: depth * 4,
      filterAt(point, column) {
        const unit = sum(get(firstColumn), column)
        const panelIndex = sum(scale(get(block), units / panel), op('i32.div_u', unit, i32(panel)))
        return sum(
          i32(environment.addressOf(producer.filter.block) + producer.filter.offset * 4),
          scale(sum(scale(panelIndex, points), point), depth * panel * 4),
          scale(op('i32.rem_u', unit, i32(panel)), 4),
        )
      },
      sums,
      sumBytes,
    })
    const write = writePoints(f, transform, { table, count: get(count), start, to: dataAt, width: depth })
    return seq(
      set(firstColumn, scale(op('i32.rem_u', get(tile), i32(columnTiles)), columns)),
      set(firstRow, scale(op('i32.div_u', get(tile), i32(columnTiles)), rows)),
      set(count, minimum(f, i32(rows), op('i32.sub', i32(tiles), get(firstRow)))),
      writeTable(f, table, { first: get(firstRow), count: get(count), extents }, data.strides),
      set(block, i32(0)),
      write,
      multiply(firstKernels),
      forRange(block, i32(1), i32(down.pitch * blocksOfRow), 1, seq(write, multiply(otherKernels))),
      outputs(f, { at: sums, firstRow: get(firstRow), rows: get(count), firstColumn: get(firstColumn), columns }),
    )
  })
  return { name, tiles: Math.ceil(tiles / rows) * columnTiles, handle }
}
