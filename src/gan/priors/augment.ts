import type { Randomness } from '../../nn/layer.ts'
import { UserError } from '../../tensor/errors.ts'
import {
  add,
  and,
  cast,
  equal,
  greaterEqual,
  iota,
  less,
  lessEqual,
  matmul,
  mean,
  min,
  mul,
  pad,
  randomUniform,
  reshape,
  sliceAxis,
  sub,
  transpose,
  where,
} from '../../tensor/operations/index.ts'
import { shapeError } from '../../tensor/tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'

/**
 * A random change that leaves an image believable, drawn for each image anew (Zhao et al. 2020, "Differentiable
 * augmentation"). A discriminator that is shown real and fake images changed alike cannot learn a small data set by heart,
 * and as the change is differentiable, the generator learns through it what unchanged images look like.
 */
export interface Augmentation {
  /** What records call it. */
  readonly name: string
  /** Images [batch, height, width, channels], changed; every use takes streams of its own. */
  apply(images: Tensor, random: Randomness): Tensor
}

/** The images after every augmentation, one after the other. */
export const augmented = (images: Tensor, augment: readonly Augmentation[], random: Randomness): Tensor =>
  augment.reduce((changed, { apply }) => apply(changed, random), images)

/** Left and right change places in this share of the images, in [0, 1]. Not for writing: mirrored letters are wrong ones. */
export const flips = (share = 0.5): Augmentation =>
  augmentation('flips', share, 1, (images, random) => {
    const chosen = less(perImage(images, random), share)
    return where(chosen, mirrored(images), images)
  })

/** Moves each image by whole pixels, up to this share of its height and width in every direction; zeros come in. */
export const shifts = (share = 0.125): Augmentation =>
  augmentation('shifts', share, 1, (images, random) =>
    [1, 2].reduce((moved, axis) => {
      const most = Math.round(share * images.shape[axis])
      const margin = images.shape.map((_, other) => (other === axis ? most : 0))
      const start = wholeNumbers(moved, 2 * most + 1, random)
      return croppedFrom(start, pad(moved, margin, margin), axis, images.shape[axis])
    }, images),
  )

/**
 * Zeros in a rectangle of this share of the height and of the width. Its middle may be any pixel: at the border, part of it
 * is outside.
 */
export const cutout = (share = 0.5): Augmentation =>
  augmentation('cutout', share, 1, (images, random) => {
    const within = (axis: number) => {
      const extent = images.shape[axis]
      const size = Math.round(share * extent)
      const pixel = reshape(
        iota(extent),
        images.shape.map((_, other) => (other === axis ? extent : 1)),
      )
      const first = sub(wholeNumbers(images, extent, random), Math.floor(size / 2))
      return and(lessEqual(first, pixel), less(pixel, add(first, size)))
    }
    return where(and(within(1), within(2)), 0, images)
  })

/** Adds one number to all of an image, from -amount to amount; 0.5 is a quarter of the signed range. */
export const brightness = (amount = 0.5): Augmentation =>
  augmentation('brightness', amount, Infinity, (images, random) => add(images, around(0, amount, images, random)))

/** Stretches an image's distances from its mean by a factor of 1 - amount to 1 + amount. */
export const contrast = (amount = 0.5): Augmentation =>
  augmentation('contrast', amount, 1, (images, random) => {
    const center = mean(images, { axes: [1, 2, 3], keep: true })
    return add(mul(sub(images, center), around(1, amount, images, random)), center)
  })

/** Every augmentation, by its name, as a function of its strength. */
export const augmentations = { flips, shifts, cutout, brightness, contrast } as const satisfies Record<
  string,
  (strength: number) => Augmentation
>

/** Of a strength in [0, most]; 0 changes nothing. */
function augmentation(name: string, strength: number, most: number, apply: Augmentation['apply']): Augmentation {
  if (!(strength >= 0 && strength <= most)) {
    const range = most === Infinity ? 'a number from 0 on' : `a number in [0, ${most}]`
    throw new UserError(`The augmentation ${name} cannot have the strength ${strength}; give ${range}.`)
  }
  return {
    name,
    apply(images, random) {
      if (images.shape.length !== 4) throw shapeError(name, [images], 'takes images [batch, height, width, channels]')
      return strength === 0 ? images : apply(images, random)
    },
  }
}

/** A uniform number of [0, 1) for each image, [batch, 1, 1, 1]. */
const perImage = ({ shape: [batch] }: Tensor, { source, stream }: Randomness): Tensor =>
  randomUniform(source, stream(), [batch, 1, 1, 1])

/** A uniform number within `amount` of the center for each image. */
const around = (center: number, amount: number, images: Tensor, random: Randomness): Tensor =>
  add(mul(perImage(images, random), 2 * amount), center - amount)

/** A number of 0 ... count - 1 for each image, all equally likely; i32. */
const wholeNumbers = (images: Tensor, count: number, random: Randomness): Tensor =>
  min(cast(mul(perImage(images, random), count), 'i32'), count - 1)

/** Left and right exchanged, as a product with the matrix that does so: its derivative is that product again. */
function mirrored(images: Tensor): Tensor {
  const [batch, height, width, channels] = images.shape
  const exchange = cast(equal(add(reshape(iota(width), [width, 1]), iota(width)), width - 1), 'f32')
  const lines = reshape(transpose(images), [batch * height * channels, width])
  return transpose(reshape(matmul(lines, exchange), [batch, height, channels, width]))
}

/**
 * `size` entries along an axis, for each image from a start of its own (i32 [batch, 1, 1, 1]) on. A barrel shifter: ever
 * smaller steps forward, each of which an image takes or not. Slices have cheap derivatives; those of a gather would be
 * sums by index.
 */
function croppedFrom(start: Tensor, images: Tensor, axis: number, size: number): Tensor {
  let [left, cropped] = [start, images]
  for (let slack = images.shape[axis] - size; slack > 0; slack = Math.floor(slack / 2)) {
    const step = Math.ceil(slack / 2)
    const extent = size + slack - step
    const takes = greaterEqual(left, step)
    cropped = where(takes, sliceAxis(cropped, axis, step, extent), sliceAxis(cropped, axis, 0, extent))
    left = where(takes, sub(left, step), left)
  }
  return cropped
}
