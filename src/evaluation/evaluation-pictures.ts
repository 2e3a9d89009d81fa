import type { GridImages } from '../runs/samples/image-grid.ts'
import type { Picture } from '../files/picture.ts'
import { composeGrid } from '../runs/samples/image-grid.ts'
import { rowsOf } from '../metrics/statistics/image-set.ts'
import type { ImageSet } from '../metrics/statistics/image-set.ts'

/** Pictures are enlarged until one image is about this high, in pixels. */
const wishedHeight = 56

/** Pairs of images, side by side: how many, and how many in a row. */
export const pairs = { count: 24, columns: 6 } as const

/** Ways between latents from top to bottom, and the samples on each. */
export const interpolationSize = { ways: 8, steps: 11 } as const

/** Samples, each with a real image at its right hand. */
export function pairPicture(samples: ImageSet, neighbors: ImageSet): Picture {
  const [height, width, channels] = samples.shape
  const [left, right] = [bytesOf(samples), bytesOf(neighbors)]
  const line = width * channels
  const images = new Uint8Array(left.length + right.length)
  for (let row = 0; row < samples.count * height; row++) {
    images.set(left.subarray(row * line, (row + 1) * line), 2 * row * line)
    images.set(right.subarray(row * line, (row + 1) * line), (2 * row + 1) * line)
  }
  const scale = scaleFor(height)
  return composeGrid(
    { images, shape: [height, 2 * width, channels] },
    { columns: pairs.columns, scale, gap: 6 * scale, background: 128 },
  )
}

/** Walks as rows of samples. */
export function interpolationPicture(samples: GridImages): Picture {
  const scale = scaleFor(samples.shape[0])
  return composeGrid(samples, { columns: interpolationSize.steps, scale, gap: scale })
}

const scaleFor = (height: number): number => Math.max(1, Math.round(wishedHeight / height))

const bytesOf = (images: ImageSet): Uint8Array =>
  Uint8Array.from(rowsOf(images).values, (value) => Math.round(255 * value))
