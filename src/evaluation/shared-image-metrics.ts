/** The measures that every image generator gets, here and beside other models. */
import { frechetDistance } from '../metrics/frechet-distance.ts'
import { rowsOf } from '../metrics/statistics/image-set.ts'
import type { ImageSet } from '../metrics/statistics/image-set.ts'
import { momentsOf } from '../metrics/statistics/moments.ts'
import type { Moments } from '../metrics/statistics/moments.ts'
import { parzenScore } from '../metrics/parzen-windows.ts'
import type { Rows } from '../metrics/statistics/rows.ts'
import { twoSampleTest } from '../metrics/two-sample-test.ts'
import type { Device } from '../runtime/device.ts'
import type { Measured } from './evaluation.ts'
import { measured } from './measured-beside-real.ts'

/** How likely test images are under Parzen windows on a set, whose width the validation images choose. */
export async function parzenOf(
  device: Device,
  set: ImageSet,
  { validation, test }: { readonly validation: ImageSet; readonly test: ImageSet },
): Promise<Measured> {
  const { mean, standardError } = await parzenScore(device, rowsOf(set), rowsOf(validation), rowsOf(test))
  return measured(mean, { spread: standardError })
}

/** How far features are from those of the test images, of which the moments are. */
export const frechetFrom = async (device: Device, test: Moments, features: Rows): Promise<Measured> =>
  measured(Math.max(0, frechetDistance(test, await momentsOf(device, features))))

/** How often a fresh classifier tells a set from the test images. */
export async function twoSampleAccuracyOf(
  device: Device,
  test: ImageSet,
  set: ImageSet,
  seed: number,
): Promise<Measured> {
  const { accuracy, low, high } = await twoSampleTest(device, test, set, { seed })
  return measured(accuracy, { interval: [low, high] })
}
