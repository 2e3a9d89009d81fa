import { linearShares, resample, smoothShares } from '../../../tensor/composite/resample.ts'
import type { Sampling, Shares } from '../../../tensor/composite/resample.ts'
import { broadcast, reshape } from '../../../tensor/operations/index.ts'
import { range } from '../../../tensor/shape.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import type { Node, Operator } from '../node.ts'
import { mapView, placeOf, shapeOf } from '../view.ts'

/** The most pairs of an output and an input of one axis, which stand in a table. */
const mostShares = 2 ** 22

/** How one axis changes: to `size` elements, positions being reckoned by `scale`. */
interface Change {
  readonly extent: number
  readonly size: number
  readonly scale: number
}

const { fround } = Math

/** Where an output stands among the inputs, by the names that ONNX gives the rules; in float32, as ties are decided by the last bit. */
const positions = new Map<string, (output: number, change: Change) => number>([
  ['half_pixel', (output, { scale }) => fround(fround((output + 0.5) / scale) - 0.5)],
  ['pytorch_half_pixel', (output, { scale, size }) => (size > 1 ? fround(fround((output + 0.5) / scale) - 0.5) : 0)],
  ['tf_half_pixel_for_nn', (output, { scale }) => fround((output + 0.5) / scale)],
  ['asymmetric', (output, { scale }) => fround(output / scale)],
  ['align_corners', (output, { size, extent }) => (size > 1 ? fround((output * (extent - 1)) / (size - 1)) : 0)],
])

/** Which input is the nearest; the simple rule is that of the first versions, which had no other. */
const roundings = new Map<string, (position: number, scale: number) => number>([
  ['round_prefer_floor', (position) => Math.ceil(position - 0.5)],
  ['round_prefer_ceil', (position) => Math.floor(position + 0.5)],
  ['floor', Math.floor],
  ['ceil', Math.ceil],
  ['simple', (position, scale) => (scale < 1 ? Math.ceil(position) : Math.floor(position))],
])

/** Before version 11 positions are output / scale; the nearest input is the one before or, where there are fewer outputs, behind. */
const resize: Operator = (node) => {
  const view = node.input(0)
  const isOld = node.version < 11
  const rule = isOld ? 'asymmetric' : node.text('coordinate_transformation_mode', 'half_pixel')
  const position = positions.get(rule)
  if (position === undefined) throw node.error(`reckons positions by '${rule}', which is not known here`)
  const sharesOf = sharing(node, isOld ? 'simple' : 'round_prefer_floor')
  return changesOf(node, shapeOf(view)).reduce((whole, change, axis) => {
    if (change.size === change.extent && change.scale === 1) return whole
    const shares = sharesOf({ ...change, position: (output) => position(output, change) })
    return mapView(whole, (x) => resampled(x, placeOf(view, axis), shares))
  }, view)
}

function sharing(node: Node, rounding: string): (sampling: Sampling & Change) => Shares {
  const mode = node.text('mode', 'nearest')
  if (mode === 'linear')
    return node.int('antialias', 0) === 1 ? (sampling) => smoothShares(sampling, 'edge') : linearShares
  if (mode !== 'nearest') throw node.error(`interpolates in the mode '${mode}', which is not known here`)
  const round = roundings.get(node.text('nearest_mode', rounding))
  if (round === undefined) throw node.error('rounds in a way that is not known here')
  return ({ extent, size, scale, position }) =>
    range(size).map((output) => [
      { index: Math.max(0, Math.min(extent - 1, round(position(output), scale))), share: 1 },
    ])
}

function changesOf(node: Node, shape: readonly number[]): Change[] {
  if (node.text('keep_aspect_ratio_policy', 'stretch') !== 'stretch')
    throw node.error('keeps the aspect ratio, which is not known here')
  const axes = node.ints('axes')?.map((axis) => node.axis(axis, shape.length)) ?? range(shape.length)
  const isGiven = (index: number) => node.has(index) && node.numbers(index).length > 0
  const scalesAt = node.type === 'Upsample' || node.version < 11 ? 1 : 2
  const sizes = isGiven(3) ? node.numbers(3) : null
  const scales = isGiven(scalesAt) ? node.numbers(scalesAt) : node.floats('scales')
  const given = sizes ?? scales
  if (given?.length !== axes.length) throw node.error(`has no sizes or scales for ${axes.length} axes`)
  return shape.map((extent, axis) => {
    const number = given[axes.indexOf(axis)] ?? null
    const scale = number === null ? 1 : fround(sizes === null ? number : number / extent)
    // Scales are float32, and so is their product: 10 times 0.7 are 7, though 0.7 is a little less in float32.
    const size = number === null ? extent : sizes === null ? Math.floor(fround(extent * number)) : number
    if (!(size >= 1)) throw node.error(`leaves nothing of axis ${axis}, which is ${extent} wide`)
    if (size !== extent && node.upTo(size).length * extent > mostShares)
      throw node.error(`makes ${size} elements of ${extent}, which are too many`)
    return { extent, size, scale }
  })
}

function resampled(x: Tensor, axis: number, shares: Shares): Tensor {
  const extent = x.shape[axis]
  const factor = shares.length / extent
  const isRepeated = shares.every((near, output) => near.length === 1 && near[0].index === Math.floor(output / factor))
  if (!isRepeated || !Number.isInteger(factor)) return resample(x, axis, shares)
  const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)]
  const wide = broadcast(reshape(x, [...outer, extent, 1, ...inner]), [...outer, extent, factor, ...inner])
  return reshape(wide, [...outer, shares.length, ...inner])
}

export const resizings: Readonly<Record<string, Operator>> = { Resize: resize, Upsample: resize }
