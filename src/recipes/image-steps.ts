import { isImageShape } from '../data/source.ts'
import { UserError } from '../tensor/errors.ts'
import type { Shape } from '../tensor/tensor.ts'

/** The way from a few pixels to an image, each step twice as high and wide as the one before. */
export interface ImageSteps {
  /** Height and width at its start; the smaller one is 4 or 7. */
  readonly start: readonly [height: number, width: number]
  /** How many steps there are, at least 2. */
  readonly doublings: number
  /** Of the image. */
  readonly channels: number
}

const startingSides: readonly number[] = [4, 7]

/**
 * How convolutional players of this recipe come to images of that shape. Throws a UserError for points, and for images whose
 * sides cannot be reached by doubling.
 */
export function imageSteps(recipe: string, dataShape: Shape): ImageSteps {
  if (!isImageShape(dataShape)) {
    throw new UserError(`The recipe ${recipe} learns images, and points are none; take the recipe points for them.`)
  }
  const [height, width, channels] = dataShape
  const side = Math.min(height, width)
  for (let doublings = 2; side >= 4 * 2 ** doublings; doublings++) {
    const start = [height / 2 ** doublings, width / 2 ** doublings] as const
    if (start.every(Number.isInteger) && startingSides.includes(Math.min(...start)))
      return { start, doublings, channels }
  }
  throw new UserError(
    `The recipe ${recipe} makes images with sides of 4 or 7 times a power of two, from 16 on (16, 28, 32, 56, 64, 112, 128, ...), ` +
      `not ${height} x ${width}; resize them, as --data images:FOLDER,32 does.`,
  )
}

/** How convolutions halve an image, and transposed ones double it. */
export const byTwo = { kernel: 4, stride: 2, padding: 1 } as const
