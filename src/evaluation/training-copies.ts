import type { ImageSource, StoredSource } from '../data/source.ts'
import { copyingTest } from '../metrics/copying-test.ts'
import type { CopyingRows, CopyingTest } from '../metrics/copying-test.ts'
import { pickRows } from '../metrics/statistics/random-draw.ts'
import { rowsOf } from '../metrics/statistics/image-set.ts'
import type { ImageSet } from '../metrics/statistics/image-set.ts'
import type { Device } from '../runtime/device.ts'
import type { Picture } from '../files/picture.ts'
import { pairPicture, pairs } from './evaluation-pictures.ts'
import { imagesAt } from './real-images.ts'

/** Training samples that are searched for copies at most. */
export const mostSearched = 60_000

/** Fewer parts of the space where there are few samples. */
const usualCells = 10
const samplesPerCell = 40

/** Looks for training samples among generated ones. */
export function findCopies(device: Device, rows: CopyingRows, seed: number): Promise<CopyingTest> {
  const cells = Math.max(1, Math.min(usualCells, Math.floor(rows.generated.count / samplesPerCell)))
  return copyingTest(device, rows, { cells, seed })
}

/**
 * Samples beside the training images nearest to them: in the upper half the first ones as they came, in the lower half the nearest of all.
 * @param searched which training images the indices of the test are of.
 */
export async function copyPicture(
  generated: ImageSet,
  training: ImageSource | StoredSource,
  searched: Int32Array,
  { generated: { indices, distances } }: CopyingTest,
): Promise<Picture> {
  const half = pairs.count / 2
  const nearest = Array.from(distances.keys())
    .toSorted((a, b) => distances[a] - distances[b])
    .slice(0, half)
  const shown = Int32Array.from([...distances.keys()].slice(0, half).concat(nearest))
  const samples = pickRows(rowsOf(generated), shown)
  const { shape } = generated
  const neighbors = await imagesAt(
    training,
    shown.map((sample) => searched[indices[sample]]),
  )
  return pairPicture({ values: samples.values, count: shown.length, shape }, neighbors)
}
