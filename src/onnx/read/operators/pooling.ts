import { add, div, literal, max, maximum, mean } from '../../../tensor/operations/index.ts'
import { range } from '../../../tensor/shape.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import type { Node, Operator } from '../node.ts'
import { placeOf } from '../view.ts'
import type { View } from '../view.ts'
import { bothWays, imagesOf } from './images.ts'
import { elementsOf, fitted, oneByOne, readWindows } from './windows.ts'
import type { Windows } from './windows.ts'

/** A pool of images [batch, height, width, channels] over windows of rows and columns. */
type Pool = (x: Tensor, rows: Windows, columns: Windows) => Tensor

function pooling(node: Node, pool: Pool): View {
  if (node.outputs > 1) throw node.error('is asked for the places of the largest elements, which are not known here')
  const { tensor: x, extents, result } = imagesOf(node, node.input(0))
  const [rows, columns] = bothWays(readWindows(node, extents, null), oneByOne)
  for (const { kernel, dilation, before, after } of [rows, columns]) {
    if (Math.max(before, after) > dilation * (kernel - 1)) throw node.error('has padding as wide as its windows')
  }
  return result(pool(x, rows, columns))
}

/** Within rows first, so that of several maxima the first in reading order has the gradient. */
const combined = (
  x: Tensor,
  rows: Windows,
  columns: Windows,
  combine: (a: Tensor, b: Tensor) => Tensor,
  outside: number,
) => {
  const alongRows = elementsOf(fitted(x, 2, columns, outside), 2, columns).reduce(combine)
  return elementsOf(fitted(alongRows, 1, rows, outside), 1, rows).reduce(combine)
}

const maxPool: Operator = (node) =>
  pooling(node, (x, rows, columns) => combined(x, rows, columns, (a, b) => max(a, b), -Infinity))

const averagePool: Operator = (node) => {
  const countsPadding = node.int('count_include_pad', 0) === 1
  return pooling(node, (x, rows, columns) => {
    const [, height, width] = x.shape
    if (seesAll(rows, height) && seesAll(columns, width)) return mean(x, { axes: [1, 2], keep: true })
    const total = combined(x, rows, columns, add, 0)
    const down = countsOf(node, rows, height, countsPadding)
    const across = countsOf(node, columns, width, countsPadding)
    const areas = down.flatMap((count) => across.map((other) => count * other))
    return areas.every((area) => area === areas[0])
      ? div(total, areas[0])
      : div(total, literal(areas, [down.length, across.length, 1]))
  })
}

const seesAll = ({ kernel, dilation, before, count }: Windows, extent: number): boolean =>
  kernel === extent && dilation === 1 && before === 0 && count === 1

/** How many elements each window is divided by: those of the input, or also those of its padding, but none beyond. */
function countsOf(node: Node, windows: Windows, extent: number, countsPadding: boolean): number[] {
  const { kernel, stride, dilation, before, after, count } = windows
  const [first, end] = countsPadding ? [-before, extent + after] : [0, extent]
  return node.upTo(count).map((index) => {
    const places = range(kernel).map((element) => index * stride - before + element * dilation)
    return places.filter((place) => place >= first && place < end).length
  })
}

/** Over all that stands behind the channels. */
const globally =
  (pool: typeof mean): Operator =>
  (node) => {
    const view = node.input(0)
    const axes = range(view.order.length)
      .slice(2)
      .map((axis) => placeOf(view, axis))
    return { tensor: pool(view.tensor, { axes, keep: true }), order: view.order }
  }

export const pools: Readonly<Record<string, Operator>> = {
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: globally(mean),
  GlobalMaxPool: globally(maximum),
}
