import { UserError } from '../../tensor/errors.ts'
import { shapeError } from '../../tensor/tensor.ts'
import { leakyRelu, relu } from '../basic/activations.ts'
import { conv2d, convTranspose2d } from '../images/convolution.ts'
import type { Initializer } from '../initializers.ts'
import type { Layer } from '../layer.ts'
import { pointwise } from '../basic/pointwise.ts'
import { maxPool } from '../images/pool.ts'
import { stack } from './stack.ts'
import { encoderDecoder } from './encoder-decoder.ts'
import type { Level } from './encoder-decoder.ts'

/** What a U-Net consists of. */
export interface UNetOptions {
  /**
   * Channels of every level, from the outside in. A 'pooled' net halves images between levels, one time less than
   * it has levels; a 'strided' one within every level, as often as it has levels.
   */
  readonly channels: readonly number[]
  /** Channels of its output. */
  readonly output: number
  /**
   * 'pooled' (Ronneberger et al. 2015): each level is two convolutions of 3 x 3 on each side; in between, pools of
   * 2 x 2 and transposed convolutions of 2 x 2. Unlike there, convolutions are padded, so that nothing is cropped.
   * 'strided' (pix2pix, Isola et al. 2017): each level is one convolution of 4 x 4 with a stride of 2, and a
   * transposed one on the way out. Default 'strided'.
   */
  readonly way?: 'pooled' | 'strided'
  /**
   * What follows every convolution but, in a 'strided' net, the first, the innermost and the last one; default
   * nothing.
   */
  readonly norm?: () => Layer
  /** What follows each of those: default leakyRelu on the way in and relu on the way out, as in pix2pix. */
  readonly activation?: (side: 'in' | 'out') => Layer
  /**
   * At the smallest size, between the way in and the way out, such as `selfAttention` or `withGiven`; default
   * nothing.
   */
  readonly innermost?: Layer
  /**
   * What ends the way out of a level, such as dropout; levels count from 1, the outermost, which has nothing.
   * Default nothing.
   */
  readonly after?: (level: number) => Layer
  /** First values of the weights of all convolutions; default `torchDefault`. */
  readonly initializer?: Initializer
}

/**
 * A U-Net: [h, w, n] -> [h, w, output], an `encoderDecoder` of convolutions whose levels halve the image. Nothing
 * follows the last convolution; put `tanh` behind it where the output needs bounds. Throws a UserError where a side
 * does not divide as often as images are halved.
 */
export function uNet(options: UNetOptions): Layer {
  const { channels, way = 'strided' } = options
  if (channels.length < 2) throw new UserError('A uNet needs the channels of two levels at least.')
  const whole = way === 'pooled' ? pooled(options) : strided(options)
  const halvings = way === 'pooled' ? channels.length - 1 : channels.length
  return {
    ...whole,
    name: 'uNet',
    init(shape, random, given) {
      const factor = 2 ** halvings
      if (shape.length !== 3) throw shapeError('uNet', [shape], 'takes images [height, width, channels]')
      if (shape[0] % factor !== 0 || shape[1] % factor !== 0)
        throw shapeError('uNet', [shape], `halves images ${halvings} times; give sides that are multiples of ${factor}`)
      return whole.init(shape, random, given)
    },
  }
}

const initialized = ({ initializer }: UNetOptions) => (initializer === undefined ? {} : { initializer })

const finished = ({ norm, activation }: UNetOptions, side: 'in' | 'out', normed = true): Layer[] => [
  ...(normed && norm !== undefined ? [norm()] : []),
  activation?.(side) ?? (side === 'in' ? leakyRelu() : relu()),
]

const optional = (layer: Layer | undefined): Layer[] => (layer === undefined ? [] : [layer])

function pooled(options: UNetOptions): Layer {
  const { channels, output, innermost, after } = options
  const first = initialized(options)
  const twice = (units: number, side: 'in' | 'out'): Layer[] =>
    [1, 2].flatMap(() => [conv2d(units, { kernel: 3, padding: 1, ...first }), ...finished(options, side)])
  const half = () => maxPool({ kernel: 2 })
  const double = (units: number) => convTranspose2d(units, { kernel: 2, stride: 2, ...first })
  const levels = channels.slice(0, -1).map((units, index): Level => {
    if (index === 0) {
      const decode = [...twice(units, 'out'), pointwise(output, first)]
      return { encode: stack(twice(units, 'in')), decode: stack(decode) }
    }
    const decode = [...twice(units, 'out'), double(channels[index - 1]), ...optional(after?.(index + 1))]
    return { encode: stack([half(), ...twice(units, 'in')]), decode: stack(decode) }
  })
  const last = channels.length - 1
  const middle = [half(), ...twice(channels[last], 'in'), ...optional(innermost), double(channels[last - 1])]
  return encoderDecoder(levels, stack([...middle, ...optional(after?.(channels.length))]))
}

function strided(options: UNetOptions): Layer {
  const { channels, output, innermost, after } = options
  const resize = { kernel: 4, stride: 2, padding: 1, ...initialized(options) }
  const up = (index: number): Layer[] =>
    index === 0
      ? [convTranspose2d(output, resize)]
      : [convTranspose2d(channels[index - 1], resize), ...finished(options, 'out'), ...optional(after?.(index + 1))]
  const levels = channels.slice(0, -1).map((units, index): Level => ({
    encode: stack([conv2d(units, resize), ...finished(options, 'in', index > 0)]),
    decode: stack(up(index)),
  }))
  const last = channels.length - 1
  const down = [conv2d(channels[last], resize), ...finished(options, 'in', false)]
  return encoderDecoder(levels, stack([...down, ...optional(innermost), ...up(last)]))
}
