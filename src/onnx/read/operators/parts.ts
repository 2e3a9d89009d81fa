import { reflectPad, replicatePad } from '../../../tensor/composite/index.ts'
import { literal, sliceAxis } from '../../../tensor/operations/index.ts'
import { range } from '../../../tensor/shape.ts'
import { knownNumbers } from '../known.ts'
import type { Node, Operator } from '../node.ts'
import { channelsLast, mapView, placeOf, shapeOf, standing } from '../view.ts'
import type { View } from '../view.ts'
import { picked } from './tables.ts'
import { elementsOf, extended, fitted } from './windows.ts'

/** What it takes is an attribute until version 9 and an input since. */
const sliced: Operator = (node) => {
  const view = node.input(0)
  const shape = shapeOf(view)
  const given = (index: number, name: string): readonly number[] | null =>
    node.has(index) ? node.numbers(index) : node.ints(name)
  const [starts, ends] = [given(1, 'starts'), given(2, 'ends')]
  if (starts === null || ends === null) throw node.error('has no starts and ends')
  const axes = given(3, 'axes') ?? range(starts.length)
  const steps = given(4, 'steps') ?? starts.map(() => 1)
  if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length)
    throw node.error('has starts, ends, axes and steps of different lengths')
  return starts.reduce((whole, start, index) => {
    const axis = node.axis(axes[index], shape.length)
    return cutAxis(node, whole, axis, start, ends[index], steps[index])
  }, view)
}

/** Every `step`-th element from `start` on, before `end`; negative places count from the end, and those outside move inside. */
function cutAxis(node: Node, view: View, axis: number, start: number, end: number, step: number): View {
  const extent = shapeOf(view)[axis]
  if (step === 0) throw node.error('has a step of 0')
  const [least, most] = step > 0 ? [0, extent] : [-1, extent - 1]
  const inside = (place: number) => Math.max(least, Math.min(most, place < 0 ? place + extent : place))
  const first = inside(start)
  const count = Math.max(0, Math.ceil((inside(end) - first) / step))
  // Lists of extents may be empty; arrays of nothing are not computed with.
  if (count < 1 && knownNumbers(view) === null)
    throw node.error(`leaves nothing of axis ${axis}, which is ${extent} wide`)
  const place = placeOf(view, axis)
  if (step === 1) return mapView(view, (x) => sliceAxis(x, place, first, count))
  if (step < 0)
    return picked(
      view,
      axis,
      literal(
        node.upTo(count).map((index) => first + index * step),
        [count],
        'i32',
      ),
    )
  const windows = { kernel: 1, stride: step, dilation: 1, before: -first, after: 0, count }
  return mapView(view, (x) => elementsOf(fitted(x, place, windows, 0), place, windows)[0])
}

/** Sizes are an attribute until version 12 and an input since; left out, the parts are equal, the last perhaps smaller. */
const split: Operator = (node) => {
  const view = node.input(0)
  const axis = node.axis(node.int('axis', 0), view.order.length)
  const extent = shapeOf(view)[axis]
  const parts = node.int('num_outputs', node.outputs)
  const equal = Math.ceil(extent / parts)
  const sizes =
    (node.has(1) ? node.numbers(1) : node.ints('split')) ??
    node.upTo(parts).map((index) => Math.min(equal, extent - index * equal))
  if (sizes.length < node.outputs || sizes.some((size) => size < 1) || sizes.reduce((a, b) => a + b, 0) !== extent)
    throw node.error(`cannot part an axis of ${extent} into ${sizes.join(', ')}`)
  const place = placeOf(view, axis)
  let end = 0
  return sizes.map((size) => {
    end += size
    return mapView(view, (x) => sliceAxis(x, place, end - size, size))
  })
}

/** Widths are an attribute until version 10 and an input since. */
const padded: Operator = (node) => {
  const view = node.input(0)
  const shape = shapeOf(view)
  const pads = node.has(1) ? node.numbers(1) : node.ints('pads')
  const axes = node.has(3) ? node.numbers(3).map((axis) => node.axis(axis, shape.length)) : range(shape.length)
  if (pads?.length !== 2 * axes.length) throw node.error(`has widths for other axes than the ${axes.length} it pads`)
  const mode = node.text('mode', 'constant')
  const widths = axes.map((axis, index) => ({ axis, before: pads[index], after: pads[index + axes.length] }))
  const misfit = widths.find(({ axis, before, after }) => shape[axis] + Math.min(0, before) + Math.min(0, after) < 1)
  if (misfit !== undefined)
    throw node.error(`leaves nothing of axis ${misfit.axis}, which is ${shape[misfit.axis]} wide`)
  if (mode !== 'constant') return continued(node, view, mode, widths)
  const value = node.has(2) ? node.numbers(2)[0] : node.float('value', 0)
  return widths
    .filter(({ before, after }) => before !== 0 || after !== 0)
    .reduce((whole, { axis, before, after }) => {
      const place = placeOf(view, axis)
      return mapView(whole, (x) => extended(x, place, before, after, value))
    }, view)
}

interface Width {
  readonly axis: number
  readonly before: number
  readonly after: number
}

const borders = new Map([
  ['reflect', reflectPad],
  ['edge', replicatePad],
])

/** Images continued by their mirror image or their edge. */
function continued(node: Node, view: View, mode: string, widths: readonly Width[]): View {
  const border = borders.get(mode)
  if (border === undefined) throw node.error(`pads in the mode '${mode}', which is not known here`)
  const of = (axis: number) => widths.find((width) => width.axis === axis) ?? { before: 0, after: 0 }
  const [rows, columns] = [of(2), of(3)]
  const elsewhere = widths.some(({ axis, before, after }) => axis < 2 && (before !== 0 || after !== 0))
  if (view.order.length !== 4 || elsewhere)
    throw node.error(`pads in the mode '${mode}', which is known here for the rows and columns of images only`)
  const tensor = border(standing(view, channelsLast), {
    top: rows.before,
    bottom: rows.after,
    left: columns.before,
    right: columns.after,
  })
  return { tensor, order: channelsLast }
}

export const parts: Readonly<Record<string, Operator>> = { Slice: sliced, Split: split, Pad: padded }
