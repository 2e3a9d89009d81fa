import { UserError } from '../tensor/errors.ts'
import { fromArrays } from './from-arrays.ts'
import type { LabelArrays, SharedFacts } from './from-arrays.ts'
import { isGray } from './gray.ts'
import { requireSize, sizeOfSides } from './picture-size.ts'
import type { PictureSize } from './picture-size.ts'
import type { ImageSource, Preparing } from './source.ts'

/** How pictures become a data set. */
export type PictureOptions = {
  /** How large all images are made, in pixels; one number is the side of a square. */
  readonly size: number | PictureSize
  /** Called with how many pictures are prepared, and how many there are. */
  readonly progress?: Preparing
} & LabelArrays &
  SharedFacts

/**
 * A data set from pictures: files that a user chose, or anything that a page can draw. A picture is made as small or as large as it has to be
 * to cover the size, and cut to it about its center; what is transparent becomes white. Where no pixel has a color, all images are gray.
 * Throws a UserError that names the first picture that cannot be read.
 */
export async function fromPictures(
  pictures: Iterable<ImageBitmapSource>,
  { size, progress = () => {}, ...facts }: PictureOptions,
): Promise<ImageSource> {
  const all = [...pictures]
  const { width, height } = sizeOfSides(size)
  const { name = 'pictures' } = facts
  requireSize(name, { width, height })
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw new UserError('This browser cannot draw pictures: it has no two-dimensional canvas.')
  const pixels = new Uint8Array(all.length * width * height * 3)
  for (const [index, picture] of all.entries()) {
    draw(context, await bitmapOf(picture, index))
    const { data } = context.getImageData(0, 0, width, height)
    const start = index * width * height * 3
    for (let at = 0; at < width * height; at++) pixels.set(data.subarray(4 * at, 4 * at + 3), start + 3 * at)
    progress(index + 1, all.length)
  }
  const shape = isGray(pixels) ? ([height, width, 1] as const) : ([height, width, 3] as const)
  const images = shape[2] === 3 ? pixels : pixels.filter((_, at) => at % 3 === 0)
  return fromArrays({ ...facts, name, images, shape })
}

async function bitmapOf(picture: ImageBitmapSource, index: number): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(picture)
  } catch (error) {
    const which = picture instanceof File ? picture.name : `Picture ${index}`
    throw new UserError(`${which} cannot be read as a picture; leave it out, or save it as PNG or JPEG.`, {
      cause: error,
    })
  }
}

/** Covers the canvas with the picture's middle. */
function draw(context: OffscreenCanvasRenderingContext2D, bitmap: ImageBitmap): void {
  const { width, height } = context.canvas
  const scale = Math.max(width / bitmap.width, height / bitmap.height)
  const [wide, high] = [bitmap.width * scale, bitmap.height * scale]
  context.fillStyle = 'white'
  context.fillRect(0, 0, width, height)
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, (width - wide) / 2, (height - high) / 2, wide, high)
  bitmap.close()
}
