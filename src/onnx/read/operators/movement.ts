import { broadcast, concat } from '../../../tensor/operations/index.ts'
import { commonShape, range, sizeOf } from '../../../tensor/shape.ts'
import type { Shape } from '../../../tensor/tensor.ts'
import type { Node, Operator } from '../node.ts'
import { orderFor, reshaped, shapeOf, standing, turned } from '../view.ts'
import type { View } from '../view.ts'
import { without } from './reduction.ts'

const reshapeTo: Operator = (node) => {
  const view = node.input(0)
  const from = shapeOf(view)
  const asked = node.numbers(1)
  const copies = node.int('allowzero', 0) === 0
  const target = asked.map((extent, axis) => (extent === 0 && copies ? (from[axis] ?? 0) : extent))
  const known = target.reduce((product, extent) => (extent === -1 ? product : product * extent), 1)
  const shape = target.map((extent) => (extent === -1 ? sizeOf(from) / known : extent))
  if (sizeOf(shape) !== sizeOf(from) || !shape.every((extent) => Number.isInteger(extent) && extent >= 0))
    throw node.error(`cannot make [${asked.join(', ')}] of [${from.join(', ')}]`)
  return reshaped(view, shape)
}

const flatten: Operator = (node) => {
  const view = node.input(0)
  const shape = shapeOf(view)
  const axis = node.int('axis', 1)
  const first = axis === shape.length ? axis : node.axis(axis, shape.length)
  return reshaped(view, [sizeOf(shape.slice(0, first)), sizeOf(shape.slice(first))])
}

/** Axes are an attribute until version 12 and an input since; null where they are left out. */
const axesOf = (node: Node): readonly number[] | null => (node.has(1) ? node.numbers(1) : node.ints('axes'))

const squeeze: Operator = (node) => {
  const view = node.input(0)
  const shape = shapeOf(view)
  const ones = range(shape.length).filter((axis) => shape[axis] === 1)
  const axes = axesOf(node)?.map((axis) => node.axis(axis, shape.length)) ?? ones
  const wide = axes.find((axis) => shape[axis] !== 1)
  if (wide !== undefined) throw node.error(`is to leave out axis ${wide}, which is ${shape[wide]} wide`)
  return without(view, axes)
}

const unsqueeze: Operator = (node) => {
  const view = node.input(0)
  const axes = axesOf(node)
  if (axes === null) throw node.error("has no 'axes'")
  const rank = view.order.length + axes.length
  const added = new Set(axes.map((axis) => node.axis(axis, rank)))
  if (added.size !== axes.length) throw node.error('names an axis twice')
  const rest = [...shapeOf(view)]
  return reshaped(
    view,
    range(rank).map((axis) => (added.has(axis) ? 1 : (rest.shift() ?? 1))),
  )
}

const transposed: Operator = (node) => {
  const view = node.input(0)
  const rank = view.order.length
  const permutation = node.ints('perm') ?? range(rank).toReversed()
  if (permutation.length !== rank || range(rank).some((axis) => !permutation.includes(axis)))
    throw node.error(`has [${permutation.join(', ')}] as the order of ${rank} axes`)
  return turned(view, permutation)
}

const joined: Operator = (node) => {
  const views = node.all()
  if (views.length === 0) throw node.error('has no inputs')
  if (views.some((view) => view.order.length !== views[0].order.length))
    throw node.error('joins values of different rank')
  const order = orderFor(views)
  const axis = node.axis(node.int('axis'), order.length)
  return {
    tensor: concat(
      views.map((view) => standing(view, order)),
      order.indexOf(axis),
    ),
    order,
  }
}

const expand: Operator = (node) => {
  const view = node.input(0)
  const from = shapeOf(view)
  const asked = node.extents(1)
  const shape = commonShape(from, asked)
  if (shape === null) throw node.error(`cannot repeat [${from.join(', ')}] to [${asked.join(', ')}]`)
  return repeatedTo(view, shape)
}

/** Repeated to a shape, to which it broadcasts. */
function repeatedTo(view: View, shape: Shape): View {
  const added = shape.length - view.order.length
  const raised = reshaped(view, [...range(added).map(() => 1), ...shapeOf(view)])
  return {
    tensor: broadcast(
      raised.tensor,
      raised.order.map((axis) => shape[axis]),
    ),
    order: raised.order,
  }
}

const tile: Operator = (node) => {
  const view = node.input(0)
  const shape = shapeOf(view)
  const repeats = node.extents(1)
  if (repeats.length !== shape.length) throw node.error(`repeats ${repeats.length} axes of ${shape.length}`)
  const apart = reshaped(
    view,
    shape.flatMap((extent) => [1, extent]),
  )
  const wide = repeatedTo(
    apart,
    shape.flatMap((extent, axis) => [repeats[axis], extent]),
  )
  return reshaped(
    wide,
    shape.map((extent, axis) => extent * repeats[axis]),
  )
}

/** Channels become squares of pixels: 'DCR' has the place in the square before the channel, 'CRD' behind it. */
const depthToSpace: Operator = (node) => {
  const view = node.input(0)
  const side = node.int('blocksize')
  const mode = node.text('mode', 'DCR')
  const [batch, channels, height, width, ...more] = shapeOf(view)
  if (more.length > 0 || width === undefined || side < 1 || channels % side ** 2 !== 0)
    throw node.error(`cannot make squares of ${side} x ${side} of [${shapeOf(view).join(', ')}]`)
  if (mode !== 'DCR' && mode !== 'CRD') throw node.error(`has a mode '${mode}', which is unknown`)
  const left = channels / side ** 2
  const [split, permutation] =
    mode === 'DCR'
      ? [
          [batch, side, side, left, height, width],
          [0, 3, 4, 1, 5, 2],
        ]
      : [
          [batch, left, side, side, height, width],
          [0, 1, 4, 2, 5, 3],
        ]
  return reshaped(turned(reshaped(view, split), permutation), [batch, left, height * side, width * side])
}

const spaceToDepth: Operator = (node) => {
  const view = node.input(0)
  const side = node.int('blocksize')
  const [batch, channels, height, width, ...more] = shapeOf(view)
  if (more.length > 0 || width === undefined || side < 1 || height % side !== 0 || width % side !== 0)
    throw node.error(`cannot make channels of squares of ${side} x ${side} in [${shapeOf(view).join(', ')}]`)
  const split = reshaped(view, [batch, channels, height / side, side, width / side, side])
  return reshaped(turned(split, [0, 3, 5, 1, 2, 4]), [batch, channels * side ** 2, height / side, width / side])
}

const same: Operator = (node) => node.input(0)

export const movements: Readonly<Record<string, Operator>> = {
  Reshape: reshapeTo,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transposed,
  Concat: joined,
  Expand: expand,
  Tile: tile,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
  Identity: same,
  // In use, nothing is dropped.
  Dropout: same,
}
