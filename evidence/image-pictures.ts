/** Pictures of samples for docs/: small files that show many images side by side. */
import sharp from 'sharp'
import type { ImageSet } from '../src/metrics/statistics/image-set.ts'
import { composeGrid } from '../src/runs/samples/image-grid.ts'
import type { Picture } from '../src/files/picture.ts'
import { writeWholeFile } from '../src/files/whole-file-node.ts'
import { sizeOf } from '../src/tensor/shape.ts'

/** What is between images, and where one is missing. */
const background = 64
/** Small images are enlarged until they are about this high. */
const wishedHeight = 56

/** Writes rows of images as WebP; null is a place without one. */
export async function writeGrid(
  path: string,
  images: ImageSet,
  rows: readonly (readonly (number | null)[])[],
): Promise<void> {
  const { shape } = images
  const size = sizeOf(shape)
  const pixels = new Uint8Array(rows.flat().length * size).fill(background)
  for (const [place, index] of rows.flat().entries()) {
    if (index === null) continue
    const image = images.values.subarray(index * size, (index + 1) * size)
    pixels.set(
      Uint8Array.from(image, (value) => Math.round(255 * value)),
      place * size,
    )
  }
  const scale = Math.max(1, Math.round(wishedHeight / shape[0]))
  const options = { columns: rows[0].length, scale, gap: 4, background }
  await writeWholeFile(path, await encodeSmall(composeGrid({ images: pixels, shape }, options)))
}

/** WebP of the best of these qualities that stays below so many bytes. */
const [qualities, mostBytes] = [[85, 70, 55, 40], 150e3]

async function encodeSmall({ width, height, channels, pixels }: Picture): Promise<Uint8Array> {
  const picture = sharp(pixels, { raw: { width, height, channels } })
  let webp = new Uint8Array()
  for (const quality of qualities) {
    webp = await picture.clone().webp({ quality, effort: 6 }).toBuffer()
    if (webp.length <= mostBytes) break
  }
  return webp
}

/** For each class a row of the first samples that are named so. */
export const rowsByClass = (labels: ArrayLike<number>, classes: number, columns: number): (number | null)[][] => {
  const places = Array.from(labels, (label, index) => ({ label, index }))
  return Array.from({ length: classes }, (_row, wanted) => {
    const own = places.filter(({ label }) => label === wanted).map(({ index }) => index)
    return Array.from({ length: columns }, (_place, column) => own[column] ?? null)
  })
}

/** The first samples, in their order. */
export const firstRows = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, (_row, row) =>
    Array.from({ length: columns }, (_place, column) => row * columns + column),
  )
