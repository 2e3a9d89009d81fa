import { convolve, pad, sliceAxis } from '../tensor/operations/index.ts'
import { reachOf } from '../tensor/reach.ts'
import { isKind } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** A kind of convolution that ONNX Runtime 1.30 computes wrongly on WebGPU, without a word. */
interface Fault {
  has(tensor: Tensor<'convolve'>): boolean
  /** The same numbers without the fault, from zeros in the right places. */
  avoided(tensor: Tensor<'convolve'>): Tensor
}

const faults: readonly Fault[] = [
  {
    // Channels that are a multiple of 3 are read three at a time, but counted four at a time, where outputs come in fours
    // (onnxruntime #29651). Three themselves are read rightly.
    has: ({ inputs: [x, kernel] }) => {
      const [groups, , , , channels] = x.shape
      return groups === 1 && channels > 3 && channels % 3 === 0 && channels % 4 !== 0 && kernel.shape[4] % 4 === 0
    },
    avoided: ({ inputs: [x, kernel], primitive }) => {
      const more = 4 - (x.shape[4] % 4)
      return convolve(zerosBehind(x, [0, 0, 0, 0, more]), zerosBehind(kernel, [0, 0, 0, more, 0]), primitive)
    },
  },
  {
    // A product of matrices takes the place of kernels of one element, and of those as large as the image, wherever there are
    // no zeros before the image: those behind it are forgotten.
    has(tensor) {
      const [x, kernel] = tensor.inputs
      const sides = sidesOf(tensor)
      const isElement = kernel.shape[1] * kernel.shape[2] === 1 && tensor.primitive.stride.every((by) => by * by === 1)
      const isWhole = sides.every(({ seen }, axis) => seen === kernel.shape[axis + 1])
      return (
        x.shape[0] === 1 &&
        (isElement || isWhole) &&
        sides.every(({ before }) => before === 0) &&
        sides.some(({ behind }) => behind > 0)
      )
    },
    avoided(tensor) {
      const [x, kernel] = tensor.inputs
      const [rows, columns] = sidesOf(tensor).map(({ behind }) => behind)
      return convolve(zerosBehind(x, [0, 0, rows, columns, 0]), kernel, tensor.primitive)
    },
  },
  {
    // Outputs of groups are computed four or two at a time wherever their number over all groups allows it.
    has: ({ inputs: [, kernel] }) => {
      const [groups, , , , outputs] = kernel.shape
      const atATime = [4, 2].find((few) => (groups * outputs) % few === 0) ?? 1
      return groups > 1 && outputs >= 4 && outputs % atATime !== 0
    },
    avoided: ({ inputs: [x, kernel], primitive }) => {
      const outputs = kernel.shape[4]
      const more = 4 - (outputs % 4)
      return sliceAxis(convolve(x, zerosBehind(kernel, [0, 0, 0, 0, more]), primitive), -1, 0, outputs)
    },
  },
]

/** The same numbers without convolutions that ONNX Runtime computes wrongly on WebGPU; other devices lose next to nothing by it. */
export const soundConvolution = (tensor: Tensor): Tensor =>
  faults.reduce((sound, { has, avoided }) => (isKind(sound, 'convolve') && has(sound) ? avoided(sound) : sound), tensor)

const zerosBehind = (x: Tensor, counts: readonly number[]): Tensor =>
  pad(
    x,
    counts.map(() => 0),
    counts,
  )

/** Of both directions: how much of the image is seen, and how far the kernel goes beyond it on both sides. */
const sidesOf = ({ inputs: [x, kernel], primitive }: Tensor<'convolve'>) =>
  ([0, 1] as const).map((direction) => {
    const extent = x.shape[direction + 2]
    const { first, last } = reachOf(primitive, kernel, direction)
    return {
      seen: Math.min(last + 1, extent) - Math.max(first, 0),
      before: Math.max(0, -first),
      behind: Math.max(0, last + 1 - extent),
    }
  })
