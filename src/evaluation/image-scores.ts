import { divideIntoBins, sharesOfBins } from '../metrics/bins.ts'
import { densityCoverage } from '../metrics/density-coverage.ts'
import type { Classifier, FeatureSpace } from '../metrics/feature-space.ts'
import type { ImageSet } from '../metrics/image-set.ts'
import { inceptionScore } from '../metrics/inception-score.ts'
import { kernelDistance } from '../metrics/kernel-distance.ts'
import { momentsOf } from '../metrics/moments.ts'
import { precisionRecall } from '../metrics/precision-recall.ts'
import type { Rows } from '../metrics/rows.ts'
import type { Device } from '../runtime/device.ts'
import type { Measured, Score } from './evaluation.ts'
import { frechetFrom, parzenOf, toldApartFrom } from './shared-image-metrics.ts'
import { besides, mapped, measured, score } from './measured-beside-real.ts'
import type { EvaluationProgress } from '../features/evaluation-progress.ts'

/** What is compared. */
export interface JudgedImages {
  readonly generated: ImageSet
  /** As many training images, which are measured in their place. */
  readonly reference: ImageSet
  /** Real images that nobody has learned from. */
  readonly test: ImageSet
  /** Real images, not among the reference, that choose the width of the Parzen window. */
  readonly validation: ImageSet
}

/** What images are compared by. */
export interface Sight {
  readonly space: FeatureSpace
  /** The same, where it knows classes. */
  readonly classifier: Classifier | null
  /** Whoever draws subsets draws them by this. */
  readonly seed: number
}

/** Every number of images, that of the generated ones beside that of real ones in their place. */
export async function imageScores(
  device: Device,
  images: JudgedImages,
  { space, classifier, seed }: Sight,
  progress: EvaluationProgress,
): Promise<Score[]> {
  const { generated, reference } = images
  progress('Parzen windows', 0, 0)
  const parzen = await besides(generated, reference, (set) => parzenOf(device, set, images))
  progress(`features (${space.name})`, 0, 0)
  const test = await space.features(images.test)
  const [seen, real] = [await space.features(generated), await space.features(reference)]
  const both = (measure: (rows: Rows) => Promise<Measured>) => besides(seen, real, measure)

  progress('Fréchet distance', 0, 0)
  const moments = await momentsOf(device, test)
  const fid = await both((rows) => frechetFrom(device, moments, rows))
  progress('kernel distance', 0, 0)
  const kid = await both(async (rows) => {
    const subsetSize = Math.min(1000, Math.floor(Math.min(test.count, rows.count) / 2))
    const { mean, deviation } = await kernelDistance(device, test, rows, { subsetSize, seed })
    return measured(mean, { spread: deviation })
  })
  progress('precision and recall', 0, 0)
  const balls = await besides(seen, real, (rows) => precisionRecall(device, test, rows))
  progress('density and coverage', 0, 0)
  const dense = await besides(seen, real, (rows) => densityCoverage(device, test, rows))
  progress('bins', 0, 0)
  const bins = await divideIntoBins(device, test, { seed })
  const binned = await both(async (rows) => {
    const shares = await sharesOfBins(device, bins, rows)
    return measured(shares.different / shares.bins)
  })
  progress('telling apart', 0, 0)
  const told = await besides(generated, reference, (set) => toldApartFrom(device, images.test, set, seed))
  const classScore =
    classifier &&
    (await besides(generated, reference, async (set) => {
      const { mean, deviation } = inceptionScore(await classifier.probabilities(set), { seed })
      return measured(mean, { spread: deviation })
    }))
  return [
    score('toldApart', told),
    score('fid', fid, space),
    score('kid', kid, space),
    score(
      'precision',
      mapped(balls, ({ precision }) => measured(precision)),
      space,
    ),
    score(
      'recall',
      mapped(balls, ({ recall }) => measured(recall)),
      space,
    ),
    score(
      'density',
      mapped(dense, ({ density }) => measured(density)),
      space,
    ),
    score(
      'coverage',
      mapped(dense, ({ coverage }) => measured(coverage)),
      space,
    ),
    score('binsDifferent', binned, space),
    ...(classScore ? [score('inceptionScore', classScore, space)] : []),
    score('parzen', parzen),
  ]
}
