import { bodyAccesses, mapAccesses } from '../../kernels/merge.ts'
import type { Access, Body } from '../../kernels/nest.ts'
import { range } from '../../tensor/shape.ts'
import type { Shape } from '../../tensor/tensor.ts'
import { call, get, i32, seq } from '../emit.ts'
import type { Code, FunctionContext } from '../emit.ts'
import { overAllAxes } from '../orientation.ts'
import { rowCode, scale, sum, walkPoints, walksOf } from '../rows.ts'
import { transformFunction } from './transform.ts'
import { tilesOf } from './context.ts'
import type { WinogradContext } from './context.ts'

/** The sums of a tile's points in the scratch memory, and which rows and columns of all they are. */
interface Sums {
  readonly at: Code
  readonly firstRow: Code
  readonly rows: Code
  readonly firstColumn: Code
  readonly columns: number
}

/**
 * Makes code that turns the sums of a tile's points into outputs, A^T m A, in their place, and then runs the body over each: the pixels
 * of every tile of a convolution, or the taps of a kernel's gradient.
 */
export function outputsOf(context: WinogradContext, sumBytes: number): (f: FunctionContext, sums: Sums) => Code {
  const { module, library, environment, producer } = context
  const [down, across] = producer.directions
  const transform = transformFunction(module, library, {
    down: down.transforms.outputs,
    across: across.transforms.outputs,
    from: [across.transforms.data.length * sumBytes, sumBytes],
    to: sumBytes,
  })
  const { extents, bodies } = producer.order === 'images' ? pixels(context) : taps(context)
  return (f, { at, firstRow, rows, firstColumn, columns }) =>
    seq(
      call(transform, at, at, scale(rows, columns)),
      ...bodies.map((body, index) => {
        const walks = walksOf(f, environment, bodyAccesses(body))
        const points = { first: firstRow, count: rows, extents }
        return walkPoints(f, points, {
          moveTo: (indices) => walks.moveTo([...indices, firstColumn]),
          step: walks.advance(extents.length - 1),
          visit: (row) =>
            rowCode(f, environment, body, walks, columns, columns, {
              address: sum(at, i32(index * sumBytes), scale(get(row), columns * 4)),
              offset: 0,
              stride: 1,
              stored: 'f32',
            }),
        })
      }),
    )
}

/** Bodies over [rows..., columns], one for each output of a tile. */
interface Outputs {
  readonly extents: Shape
  readonly bodies: readonly Body[]
}

/** Rows are tiles, of each of which one pixel is done after the other. */
function pixels({ nest, producer }: WinogradContext): Outputs {
  const [down, across] = producer.directions
  const body = overAllAxes(nest.body, [producer.images, 2 * down.pairs, 2 * across.pairs, producer.units])
  const bodies = bodiesAt(range(2), range(2), body, (access, i, j) => {
    const [ofImages, vertical, horizontal, ofUnits] = access.strides
    const offset = access.offset + i * vertical + j * horizontal
    return { ...access, offset, strides: [ofImages, 2 * vertical, 2 * horizontal, ofUnits] }
  })
  return { extents: tilesOf(producer), bodies }
}

/** Rows are residues and channels, of each of which one tap is done after the other. */
function taps({ nest, producer }: WinogradContext): Outputs {
  const [down, across] = producer.directions
  const sizes = producer.directions.map((direction) => direction.taps * direction.pitch)
  const body = overAllAxes(nest.body, [...sizes, producer.channels, producer.units])
  const [rows, columns] = producer.directions.map(({ taps: count, isReversed }) =>
    isReversed ? range(count).toReversed() : range(count),
  )
  const bodies = bodiesAt(rows, columns, body, (access, i, j) => {
    const [vertical, horizontal] = access.strides
    return { ...access, offset: access.offset + i * down.pitch * vertical + j * across.pitch * horizontal }
  })
  return { extents: [down.pitch, across.pitch, producer.channels], bodies }
}

const bodiesAt = (
  rows: readonly number[],
  columns: readonly number[],
  body: Body,
  placed: (access: Access, row: number, column: number) => Access,
): Body[] => rows.flatMap((i) => columns.map((j) => mapAccesses(body, (access) => placed(access, i, j))))
