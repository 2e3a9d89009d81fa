import {
  broadcast,
  constant,
  literal,
  mul,
  randomNormal,
  randomUniform,
  reshape,
  sub,
} from '../tensor/operations/index.ts'
import { shapeError } from '../tensor/tensor.ts'
import type { Shape, Tensor } from '../tensor/tensor.ts'
import type { Randomness } from './layer.ts'

/** How many numbers enter and leave one unit of a layer. */
export interface Fans {
  /** How many numbers a unit reads. */
  readonly in: number
  /** How many units a number reaches. */
  readonly out: number
}

/** Traces the first values of a parameter. */
export type Initializer = (shape: Shape, fans: Fans, random: Randomness) => Tensor

/** Uniform in [-limit, limit). */
export const uniform =
  (limit: number): Initializer =>
  (shape, _fans, { source, stream }) =>
    mul(sub(mul(randomUniform(source, stream(), shape), 2), 1), limit)

/** Normal with mean 0. */
export const normal =
  (deviation: number): Initializer =>
  (shape, _fans, { source, stream }) =>
    mul(randomNormal(source, stream(), shape), deviation)

/** Normal, of the deviation that keeps the size of what flows through leaky rectifiers of this slope (He et al. 2015). */
export const heNormal =
  (slope = 0): Initializer =>
  (shape, fans, random) =>
    normal(Math.sqrt(2 / ((1 + slope ** 2) * fans.in)))(shape, fans, random)

/** Uniform, of the limit that balances what flows forward and backward (Glorot and Bengio 2010). */
export const glorotUniform: Initializer = (shape, fans, random) =>
  uniform(Math.sqrt(6 / (fans.in + fans.out)))(shape, fans, random)

/** Normal, of the deviation that balances what flows forward and backward (Glorot and Bengio 2010). */
export const glorotNormal: Initializer = (shape, fans, random) =>
  normal(Math.sqrt(2 / (fans.in + fans.out)))(shape, fans, random)

/** Uniform within 1 / sqrt(fan in): what PyTorch gives weights and biases of linear and convolution layers. */
export const torchDefault: Initializer = (shape, fans, random) => uniform(1 / Math.sqrt(fans.in))(shape, fans, random)

/**
 * The numbers of another initializer times `factor`, as residual networks without normalization begin: Fixup (Zhang et al.
 * 2019) scales all but the last layer of each of L branches of m layers by L^(-1 / (2m - 2)), the last one by 0.
 */
export const scaled =
  (factor: number, initializer: Initializer): Initializer =>
  (shape, fans, random) =>
    mul(initializer(shape, fans, random), factor)

/**
 * The numbers of another initializer, each unit `factor`^2 times, for the layer in front of `pixelShuffle`: it begins as a convolution
 * followed by nearest-neighbor upsampling, without checkerboards (ICNR, Aitken et al. 2017). The last axis holds the units; throws a
 * UserError where they do not divide. For weights and biases alike.
 */
export const icnr =
  (factor: number, initializer: Initializer): Initializer =>
  (shape, fans, random) => {
    const copies = factor ** 2
    const units = shape[shape.length - 1] / copies
    if (!Number.isInteger(units)) throw shapeError('icnr', [shape], `its units do not divide by ${factor} x ${factor}`)
    const few = [...shape.slice(0, -1), units]
    const once = initializer(few, { in: fans.in, out: fans.out / copies }, random)
    return reshape(broadcast(reshape(once, [...few, 1]), [...few, copies]), shape)
  }

/** The same number everywhere. */
export const filledWith =
  (value: number): Initializer =>
  (shape) =>
    broadcast(constant(value), shape)

/** 0 everywhere. */
export const zeros: Initializer = filledWith(0)

/** The given numbers, row-major. */
export const fixed =
  (values: readonly number[]): Initializer =>
  (shape) =>
    literal(values, shape)
