import { zeroPad } from '../../tensor/composite/index.ts'
import type { Border } from '../../tensor/composite/index.ts'
import { UserError } from '../../tensor/errors.ts'
import { add, conv2d as convolve, convTranspose2d as convolveTransposed, input } from '../../tensor/operations/index.ts'
import { shapeError } from '../../tensor/tensor.ts'
import type { Pair, Shape, Tensor } from '../../tensor/tensor.ts'
import { torchDefault } from '../initializers.ts'
import type { Fans, Initializer } from '../initializers.ts'
import type { Layer } from '../layer.ts'

/** What convolutions and transposed ones have in common. Numbers hold for both directions, pairs are [down, across]. */
export interface KernelOptions {
  /** Height and width of the kernel. */
  readonly kernel: number | Pair
  /** Pixels from one position of the kernel to the next; default 1. */
  readonly stride?: number | Pair
  /** Pixels between neighbouring elements of the kernel; default 1. */
  readonly dilation?: number | Pair
  /** Into how many independent parts channels are divided; default 1. */
  readonly groups?: number
  /** Whether a number is added to each unit; default true. */
  readonly bias?: boolean
  /** First values of the weight; default `torchDefault`. */
  readonly initializer?: Initializer
  /** First values of the bias; default `torchDefault`. */
  readonly biasInitializer?: Initializer
}

/** What a convolution is. */
export interface ConvolutionOptions extends KernelOptions {
  /**
   * Zeros around the image; default 0. With 'same', as many as make the output as large as the input divided by the stride
   * (rounded up); an odd one goes to the bottom and to the right.
   */
  readonly padding?: number | Pair | 'same'
}

/** What a transposed convolution is. */
export interface TransposedConvolutionOptions extends KernelOptions {
  /** The padding of the convolution that it turns round, here cut off on every side; default 0. */
  readonly padding?: number | Pair
  /** Rows and columns to add at the bottom and at the right; default 0. */
  readonly outputPadding?: number | Pair
}

/**
 * A convolution as torch.nn.Conv2d: [h, w, c] -> [h', w', units] with weight [kh, kw, c / groups, units] and bias [units],
 * h' = floor((h + 2 padding - dilation (kh - 1) - 1) / stride) + 1.
 */
export function conv2d(units: number, options: ConvolutionOptions): Layer {
  const { groups = 1, padding = 0 } = options
  const [kernel, stride, dilation] = [options.kernel, options.stride ?? 1, options.dilation ?? 1].map(pairOf)
  const area = kernel[0] * kernel[1]
  return convolving('conv', units, options, {
    weightShape: (channels) => [...kernel, channels / groups, units],
    fans: (channels) => ({ in: (area * channels) / groups, out: area * units }),
    apply(x, weight) {
      if (padding !== 'same') return convolve(x, weight, { stride, dilation, groups, padding })
      return convolve(zeroPad(x, sameBorder(x)), weight, { stride, dilation, groups })
    },
  })

  function sameBorder(x: Tensor): Border {
    const [down, across] = [0, 1].map((axis) => {
      const extent = x.shape[axis + 1]
      const steps = Math.ceil(extent / stride[axis]) - 1
      return Math.max(steps * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1 - extent, 0)
    })
    const [top, left] = [Math.floor(down / 2), Math.floor(across / 2)]
    return { top, left, bottom: down - top, right: across - left }
  }
}

/**
 * A transposed convolution as torch.nn.ConvTranspose2d: [h, w, c] -> [h', w', units] with weight [kh, kw, units / groups, c]
 * and bias [units], h' = (h - 1) stride - 2 padding + dilation (kh - 1) + outputPadding + 1. Its fans are, as in PyTorch and
 * Keras, those of the convolution that it turns round.
 */
export function convTranspose2d(units: number, options: TransposedConvolutionOptions): Layer {
  const { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = options
  const kernel = pairOf(options.kernel)
  const area = kernel[0] * kernel[1]
  return convolving('convTranspose', units, options, {
    weightShape: (channels) => [...kernel, units / groups, channels],
    fans: (channels) => ({ in: (area * units) / groups, out: area * channels }),
    apply: (x, weight) => convolveTransposed(x, weight, { stride, padding, outputPadding, dilation, groups }),
  })
}

const pairOf = (value: number | Pair): Pair => (typeof value === 'number' ? [value, value] : value)

interface Convolving {
  weightShape(channels: number): Shape
  fans(channels: number): Fans
  apply(x: Tensor, weight: Tensor): Tensor
}

function convolving(
  name: string,
  units: number,
  options: KernelOptions,
  { weightShape, fans, apply }: Convolving,
): Layer {
  const { bias = true, groups = 1, initializer = torchDefault, biasInitializer = torchDefault } = options
  const counts = [units, groups, ...pairOf(options.kernel)]
  if (!counts.every((count) => Number.isInteger(count) && count >= 1) || units % groups !== 0) {
    const what = `${units} units in ${groups} groups with a kernel of ${pairOf(options.kernel).join(' x ')}`
    throw new UserError(
      `A convolution of ${what} makes no sense; give whole numbers, the units a multiple of the groups.`,
    )
  }
  return {
    name,
    mixesBatch: false,
    init(inputShape, random) {
      if (inputShape.length !== 3) throw shapeError(name, [inputShape], 'takes images [height, width, channels]')
      const channels = inputShape[2]
      if (channels % groups !== 0)
        throw shapeError(name, [inputShape], `its ${channels} channels do not divide into ${groups} groups`)
      const size = fans(channels)
      const weight = initializer(weightShape(channels), size, random)
      const [, ...shape] = apply(input('sample', [1, ...inputShape]), weight).shape
      const parameters = bias ? { weight, bias: biasInitializer([units], size, random) } : { weight }
      return { parameters, buffers: {}, shape }
    },
    apply({ parameters }, x) {
      const output = apply(x, parameters.weight)
      return { output: bias ? add(output, parameters.bias) : output, buffers: {} }
    },
  }
}
