import { UserError } from '../tensor/errors.ts'
import type { ImageShape } from './source.ts'

/** What the sizes of an array say where it holds images: `[count, height, width]` in grey, or `[count, height, width, 1 or 3]`. */
export function imageShapeOf(shape: readonly number[], file: string): ImageShape {
  const [count = 0, height = 0, width = 0, channels = 1] = shape
  const rankFits = shape.length === 3 || shape.length === 4
  if (!rankFits || (channels !== 1 && channels !== 3)) {
    throw new UserError(
      `${file} holds ${arrayText(shape)}; images are count x height x width, or with 1 or 3 channels as a fourth size.`,
    )
  }
  if (count * height * width === 0) throw new UserError(`${file} holds no pixels: its sizes are ${shape.join(' x ')}.`)
  return [height, width, channels]
}

/** Holds the sizes of an array to those of labels: one class number per image. */
export function requireLabelShape(shape: readonly number[], file: string): void {
  if (shape.length !== 1) {
    throw new UserError(`${file} holds ${arrayText(shape)}; labels are one number per image.`)
  }
}

const arrayText = (shape: readonly number[]): string =>
  shape.length === 0 ? 'a single number' : `an array of ${shape.join(' x ')}`
