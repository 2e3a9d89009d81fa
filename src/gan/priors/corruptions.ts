import type { Randomness } from '../../nn/layer.ts'
import { betweenMiddles, cubicShares, resample } from '../../tensor/composite/resample.ts'
import { UserError } from '../../tensor/errors.ts'
import {
  add,
  and,
  cast,
  iota,
  lessEqual,
  less,
  mul,
  randomNormal,
  randomUniform,
  reshape,
  sub,
  where,
} from '../../tensor/operations/index.ts'
import type { Shape, Tensor } from '../../tensor/tensor.ts'
import { showShape } from '../../tensor/tensor.ts'

/** Something done to a sample that the generator is to undo. */
export interface Corruption {
  /** What records call it. */
  readonly name: string
  /** The shape of a corrupted sample. Throws a UserError where it cannot take samples of that shape. */
  shape(shape: Shape): Shape
  /** Samples [batch, ...], corrupted; every use takes streams of its own. */
  apply(samples: Tensor, random: Randomness): Tensor
}

/** Normal noise of this deviation added to every number. */
export const normalNoise = (deviation: number): Corruption => ({
  name: 'noise',
  shape: (shape) => shape,
  apply: (samples, random) => add(samples, mul(randomNormal(random.source, random.stream(), samples.shape), deviation)),
})

/** A rectangle of this share of the height and of the width, somewhere in the image, set to 0. */
export const hole = (share = 0.25): Corruption => ({
  name: 'hole',
  shape: imagesOnly('hole'),
  apply(images, random) {
    const within = (axis: number): Tensor => {
      const extent = images.shape[axis]
      const size = Math.max(1, Math.round(share * extent))
      const pixels = images.shape.map((_, other) => (other === axis ? extent : 1))
      const draw = randomUniform(random.source, random.stream(), [images.shape[0], 1, 1, 1])
      const first = cast(mul(draw, extent - size + 1), 'i32')
      const pixel = reshape(iota(extent), pixels)
      return and(lessEqual(first, pixel), less(sub(pixel, first), size))
    }
    return where(and(within(1), within(2)), 0, images)
  },
})

/** Height and width divided by `factor`, bicubic and antialiased as MATLAB's imresize. */
export const downscaled = (factor: number): Corruption => ({
  name: 'downscaled',
  shape(shape) {
    const [height, width, channels] = imagesOnly('downscaled')(shape)
    if ([height / factor, width / factor].every(Number.isInteger)) return [height / factor, width / factor, channels]
    throw new UserError(`Images of ${height} x ${width} cannot be divided by ${factor}; crop or resize them.`)
  },
  apply: (images) =>
    [1, 2].reduce((smaller, axis) => {
      const extent = smaller.shape[axis]
      return resample(smaller, axis, cubicShares(betweenMiddles(extent, extent / factor)))
    }, images),
})

const imagesOnly =
  (name: string) =>
  (shape: Shape): Shape => {
    if (shape.length === 3) return shape
    throw new UserError(`The corruption ${name} takes images [height, width, channels], not ${showShape(shape)}.`)
  }
