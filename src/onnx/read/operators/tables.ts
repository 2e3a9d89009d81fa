import { add, gather, less, literal, reshape, scatterAdd, sliceAxis, where } from '../../../tensor/operations/index.ts'
import { range, sizeOf } from '../../../tensor/shape.ts'
import { isKind } from '../../../tensor/tensor.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import { knownNumbers } from '../known.ts'
import type { Operator } from '../node.ts'
import { mapView, placeOf, plain, shapeOf, standing, viewOf } from '../view.ts'
import type { View } from '../view.ts'
import { without } from './reduction.ts'

/** The elements at these places (i32 [m], none negative) along an axis. */
export function picked(view: View, axis: number, places: Tensor): View {
  const order = [axis, ...view.order.filter((other) => other !== axis)]
  return { tensor: gather(standing(view, order), places), order }
}

/** Places counted from the end where they are negative, counted from the front. */
function fromFront(places: Tensor, extent: number, known: readonly number[] | null): Tensor {
  if (known === null) return where(less(places, 0), add(places, extent), places)
  return literal(
    known.map((place) => (place < 0 ? place + extent : place)),
    places.shape,
    'i32',
  )
}

/** The indices' axes stand where the axis of the table was. */
const gathered: Operator = (node) => {
  const [view, indices] = [node.input(0), node.input(1)]
  const rank = view.order.length
  const axis = node.axis(node.int('axis', 0), rank)
  const extent = shapeOf(view)[axis]
  const places = plain(indices)
  if (places.dtype !== 'i32') throw node.error('takes whole numbers as indices')
  const known = knownNumbers(indices)
  const outside = known?.find((place) => place < -extent || place >= extent)
  if (outside !== undefined) throw node.error(`takes element ${outside} of an axis of ${extent}`)
  if (known !== null && places.shape.length === 0) {
    const place = placeOf(view, axis)
    const one = mapView(view, (x) => sliceAxis(x, place, known[0] < 0 ? known[0] + extent : known[0], 1))
    return without(one, [axis])
  }
  const flat = fromFront(reshape(places, [sizeOf(places.shape)]), extent, known)
  const { tensor, order } = picked(view, axis, flat)
  const more = places.shape.length - 1
  const apart = reshape(tensor, [...places.shape, ...tensor.shape.slice(1)])
  const placesOfIndices = range(places.shape.length).map((index) => axis + index)
  return { tensor: apart, order: [...placesOfIndices, ...order.slice(1).map((one) => (one > axis ? one + more : one))] }
}

/** Rows added to others, which are chosen by one index per row. */
const scattered: Operator = (node) => {
  const [data, updates] = [plain(node.input(0)), plain(node.input(2))]
  const places = rowPlaces(plain(node.input(1)))
  const isKnown = node.text('reduction', 'none') === 'add' && node.int('axis', 0) === 0 && places !== null
  if (!isKnown) throw node.error('is known here only where whole rows are added')
  const [size] = data.shape
  return viewOf(add(data, scatterAdd(fromFront(places, size, null), updates, size)))
}

/** One index per row, where all of a row are the same. */
function rowPlaces(indices: Tensor): Tensor | null {
  const [count, ...others] = indices.shape
  if (sizeOf(others) === 1) return reshape(indices, [count])
  if (isKind(indices, 'literal')) {
    const width = sizeOf(indices.shape.slice(1))
    const { values } = indices.primitive
    const firsts = range(indices.shape[0]).map((row) => values[row * width])
    const isColumn = values.every((value, index) => value === firsts[Math.floor(index / width)])
    return isColumn ? literal(firsts, [firsts.length], 'i32') : null
  }
  if (!isKind(indices, 'broadcast')) return null
  const [narrow] = indices.inputs
  const [rows, ...width] = narrow.shape
  const isColumn = narrow.shape.length === indices.shape.length && width.every((extent) => extent === 1)
  return isColumn && rows === indices.shape[0] ? reshape(narrow, [rows]) : null
}

export const tables: Readonly<Record<string, Operator>> = { Gather: gathered, ScatterElements: scattered }
