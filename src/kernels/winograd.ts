import type { Tensor } from '../tensor/tensor.ts'
import type { SumOrder } from './target.ts'

/**
 * Winograd's minimal filtering F(m, r): m outputs y[i] = sum over j < r of d[i + j] g[j] by m + r - 1 products instead of m r,
 * y = A^T ((G g) * (B^T d)). In two directions it is done down the columns and then along the rows (Lavin & Gray 2016, eq. 6 and 8).
 */
interface Transforms {
  /** B^T, [points, points]. */
  readonly data: Matrix
  /** G, [points, r]. */
  readonly filter: Matrix
  /** A^T, [m, points]. */
  readonly outputs: Matrix
}

export type Matrix = readonly (readonly number[])[]

const threePoints: Matrix = [
  [1, -1, 0],
  [0, 1, 0],
  [0, -1, 1],
]

const fourPoints: Matrix = [
  [1, 0, -1, 0],
  [0, 1, 1, 0],
  [0, -1, 1, 0],
  [0, -1, 0, 1],
]

/** By m and r. In two directions 9 products instead of 16, and 16 instead of 36. */
const transformsOf: Readonly<Record<string, Transforms>> = {
  '2,2': {
    data: threePoints,
    filter: [
      [1, 0],
      [1, 1],
      [0, 1],
    ],
    outputs: [
      [1, 1, 0],
      [0, 1, 1],
    ],
  },
  '2,3': {
    data: fourPoints,
    filter: [
      [1, 0, 0],
      [0.5, 0.5, 0.5],
      [0.5, -0.5, 0.5],
      [0, 0, 1],
    ],
    outputs: [
      [1, 1, 1, 0],
      [0, 1, -1, 1],
    ],
  },
  '3,2': {
    data: fourPoints,
    filter: [
      [1, 0],
      [0.5, 0.5],
      [0.5, -0.5],
      [0, 1],
    ],
    outputs: [
      [1, 1, 1, 0],
      [0, 1, -1, 0],
      [0, 1, 1, 1],
    ],
  },
}

/**
 * How a convolution goes along one direction, pair by pair: it reads row base + residue + pitch (long + tap) for the element
 * pitch tap + residue of what is short (the kernel; in a kernel's gradient, the outputs) and the element `long` of what is long (the
 * outputs; the gradients of outputs).
 */
interface Direction {
  readonly transforms: Transforms
  readonly base: number
  readonly pitch: number
  /** Pairs of long elements. */
  readonly pairs: number
  readonly taps: number
  /** Whether what is short goes backwards. */
  readonly isReversed: boolean
}

export type Directions = readonly [Direction, Direction]

/** How many products make the outputs of one tile, in both directions. */
export const pointsOf = ([down, across]: Directions): number =>
  down.transforms.data.length * across.transforms.data.length

/** How a convolution (or the gradient of one's kernel) is done by Winograd's algorithm; null if it is not, or if that gains nothing. */
export function directionsOf(
  tensor: Tensor<'convolve'>,
  { winograd: { fewest, multiple } }: SumOrder,
): Directions | null {
  const [x, kernel] = tensor.inputs
  const [channels, units] = [tensor.primitive.order === 'images' ? x.shape[4] : x.shape[1], kernel.shape[4]]
  const isWorthIt =
    Math.min(channels, units) >= fewest && channels % multiple.channels === 0 && units % multiple.units === 0
  const [down, across] = [directionOf(tensor, 0), directionOf(tensor, 1)]
  return x.shape[0] === 1 && isWorthIt && down && across ? [down, across] : null
}

function directionOf({ primitive, inputs: [, kernel] }: Tensor<'convolve'>, axis: 0 | 1): Direction | null {
  const outputs = { count: primitive.size[axis], by: primitive.stride[axis] }
  const terms = { count: kernel.shape[axis + 1], by: primitive.dilation[axis] }
  const [long, short] = primitive.order === 'images' ? [outputs, terms] : [terms, outputs]
  const pitch = long.by
  const isReversed = short.by < 0
  const taps = short.count / pitch
  const transforms = transformsOf[primitive.order === 'images' ? `2,${taps}` : `${taps},2`]
  const isRegular = Math.abs(short.by) === 1 && pitch >= 1 && long.count % 2 === 0 && !(isReversed && pitch > 1)
  if (!isRegular || transforms === undefined) return null
  const base = primitive.offset[axis] - (isReversed ? short.count - 1 : 0)
  return { transforms, base, pitch, pairs: long.count / 2, taps, isReversed }
}
