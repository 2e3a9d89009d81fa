import { divisors, greatestCommonDivisor, sizeOf, stridesOf } from '../tensor/shape.ts'
import type { Pair, Tensor } from '../tensor/tensor.ts'
import { kernelName } from './nest.ts'
import type { Access, Block, Nest, Winograd } from './nest.ts'
import type { Target } from './target.ts'
import { directionsOf, pointsOf } from './winograd.ts'
import type { Directions } from './winograd.ts'

/** How a convolution is done by Winograd's algorithm. */
interface WinogradPlan {
  readonly producer: { readonly kind: 'winograd' } & Winograd
  /** What has to be done before; null in gradients of kernels. */
  readonly points: Nest | null
}

/**
 * How to do a convolution by Winograd's algorithm (winograd.ts); null if it is done directly, because nothing is gained or because
 * what it reads is not laid out as vectors need it: channels in a row, and behind them those of the next residue.
 */
export function winogradOf(
  tensor: Tensor<'convolve'>,
  access: (tensor: Tensor) => Access,
  { points: most, sums }: Target,
): WinogradPlan | null {
  const directions = directionsOf(tensor, sums)
  if (directions === null) return null
  const [x, kernel] = tensor.inputs
  const isOfImages = tensor.primitive.order === 'images'
  const [down, across] = directions
  const image = access(x)
  const [, first, rowStride, columnStride, last] = image.strides
  const [ofImages, ofChannels] = isOfImages ? [first, last] : [last, first]
  const [images, channels] = isOfImages ? [x.shape[1], x.shape[4]] : [x.shape[4], x.shape[1]]
  if (ofChannels !== 1 || (across.pitch > 1 && columnStride !== channels)) return null
  const steps: Pair = [down.pitch * rowStride, across.pitch * columnStride]
  const common = {
    kind: 'winograd',
    directions,
    images,
    channels,
    units: kernel.shape[4],
    data: {
      block: image.block,
      offset: image.offset + down.base * rowStride + across.base * columnStride,
      strides: [ofImages, 2 * steps[0], 2 * steps[1], rowStride, columnStride, 1],
    },
    dataSteps: steps,
  } as const
  if (isOfImages) {
    const panel = greatestCommonDivisor(common.units, most.panel)
    const depth = Math.max(...divisors(channels, most.depth, sums.winograd.multiple.channels))
    const points = pointsNest(tensor, { directions, channels, units: common.units, panel, depth }, access(kernel))
    if (points === null) return null
    const [{ access: filter }] = points.body.stores
    return { producer: { ...common, order: 'images', filter, panel, depth }, points }
  }
  const { block, offset, strides } = access(kernel)
  const [, vertical, horizontal, ofGradients, ofUnits] = strides
  if (ofUnits !== 1) return null
  const filter = { block, offset, strides: [ofGradients, 2 * vertical, 2 * horizontal, 1] }
  return { producer: { ...common, order: 'positions', filter, filterSteps: [vertical, horizontal] }, points: null }
}

function pointsNest(
  tensor: Tensor,
  sizes: { directions: Directions; channels: number; units: number; panel: number; depth: number },
  { block, offset, strides }: Access,
): Nest | null {
  const { directions, channels, units, panel, depth } = sizes
  const [, vertical, horizontal, ofChannels, ofUnits] = strides
  if (ofUnits !== 1 && ofChannels !== 1) return null
  const [down, across] = directions
  const points = pointsOf(directions)
  const terms = channels * sizeOf(directions.map(({ pitch }) => pitch))
  const space = [terms / depth, units / panel, points, depth, panel]
  const kernel = { block, offset, strides: [vertical, horizontal, ofChannels, ofUnits] }
  const steps: Pair = [down.pitch * vertical, across.pitch * horizontal]
  const written: Block = {
    name: 'points',
    dtype: 'f32',
    size: sizeOf(space),
    role: 'temporary',
    values: [],
  }
  return {
    name: kernelName('points', tensor),
    space,
    producer: { kind: 'points', directions, channels, units, panel, depth, kernel, steps },
    body: {
      values: [{ kind: 'produced', dtype: 'f32' }],
      stores: [{ value: 0, access: { block: written, offset: 0, strides: stridesOf(space) } }],
    },
  }
}
