import type { ImageSource, StoredSource } from '../data/source.ts'
import type { FeatureExtractor } from '../metrics/networks/feature-extractor.ts'
import { imagesOfBytes } from '../metrics/statistics/image-set.ts'
import type { ImageSet } from '../metrics/statistics/image-set.ts'
import type { Rows } from '../metrics/statistics/rows.ts'
import { sizeOf } from '../tensor/shape.ts'

/** The images at these rows. */
export async function imagesAt(source: ImageSource | StoredSource, rows: Int32Array): Promise<ImageSet> {
  if (source.kind === 'stored') return imagesOfBytes(await source.store.read(rows), source.shape)
  const size = sizeOf(source.shape)
  const bytes = new Uint8Array(rows.length * size)
  rows.forEach((row, at) => bytes.set(source.images.subarray(row * size, (row + 1) * size), at * size))
  return imagesOfBytes(bytes, source.shape)
}

/** Images that are looked at together; of many, not all are in memory as numbers. */
const block = 1000

/** The features of the images at these rows. */
export async function featuresAt(
  extractor: FeatureExtractor,
  source: ImageSource | StoredSource,
  rows: Int32Array,
  progress: (done: number) => void,
): Promise<Rows> {
  const values = new Float32Array(rows.length * extractor.size)
  for (let first = 0; first < rows.length; first += block) {
    progress(first)
    const some = await extractor.features(await imagesAt(source, rows.subarray(first, first + block)))
    values.set(some.values, first * extractor.size)
  }
  return { values, count: rows.length, size: extractor.size }
}
