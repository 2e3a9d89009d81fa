import { divideIntoBins, sharesOfBins } from '../metrics/different-bins.ts'
import { densityCoverage } from '../metrics/density-coverage.ts'
import type { Classifier, FeatureExtractor } from '../metrics/networks/feature-extractor.ts'
import type { ImageSet } from '../metrics/statistics/image-set.ts'
import { inceptionScore } from '../metrics/inception-score.ts'
import { kernelDistance } from '../metrics/kernel-distance.ts'
import { momentsOf } from '../metrics/statistics/moments.ts'
import { precisionRecall } from '../metrics/precision-recall.ts'
import type { Rows } from '../metrics/statistics/rows.ts'
import type { Device } from '../runtime/device.ts'
import type { Measured, Score } from './evaluation.ts'
import { frechetFrom, parzenOf, twoSampleAccuracyOf } from './shared-image-metrics.ts'
import { measureBoth, partOf, measured, score } from './measured-beside-real.ts'
import type { EvaluationProgress } from '../features/evaluation-progress.ts'

/** What is compared. */
export interface ComparedImages {
  readonly generated: ImageSet
  /** As many training images, which are measured in their place. */
  readonly reference: ImageSet
  /** Real images that nobody has learned from. */
  readonly test: ImageSet
  /** Real images, not among the reference, that choose the width of the Parzen window. */
  readonly validation: ImageSet
}

/** How images are compared. */
export interface ImageComparison {
  readonly extractor: FeatureExtractor
  /** The same, where it knows classes. */
  readonly classifier: Classifier | null
  /** Whoever draws subsets draws them by this. */
  readonly seed: number
}

/** Every number of images, that of the generated ones beside that of real ones in their place. */
export async function imageScores(
  device: Device,
  images: ComparedImages,
  { extractor, classifier, seed }: ImageComparison,
  progress: EvaluationProgress,
): Promise<Score[]> {
  const { generated, reference } = images
  progress('Parzen windows', 0, 0)
  const parzen = await measureBoth(generated, reference, (set) => parzenOf(device, set, images))
  progress(`features (${extractor.name})`, 0, 0)
  const test = await extractor.features(images.test)
  const [seen, real] = [await extractor.features(generated), await extractor.features(reference)]
  const both = (measure: (rows: Rows) => Promise<Measured>) => measureBoth(seen, real, measure)

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
  const balls = await measureBoth(seen, real, (rows) => precisionRecall(device, test, rows))
  progress('density and coverage', 0, 0)
  const dense = await measureBoth(seen, real, (rows) => densityCoverage(device, test, rows))
  progress('bins', 0, 0)
  const bins = await divideIntoBins(device, test, { seed })
  const binned = await both(async (rows) => {
    const shares = await sharesOfBins(device, bins, rows)
    return measured(shares.different / shares.bins)
  })
  progress('telling apart', 0, 0)
  const accuracy = await measureBoth(generated, reference, (set) => twoSampleAccuracyOf(device, images.test, set, seed))
  const classScore =
    classifier &&
    (await measureBoth(generated, reference, async (set) => {
      const { mean, deviation } = inceptionScore(await classifier.probabilities(set), { seed })
      return measured(mean, { spread: deviation })
    }))
  return [
    score('twoSampleAccuracy', accuracy),
    score('fid', fid, extractor),
    score('kid', kid, extractor),
    score(
      'precision',
      partOf(balls, ({ precision }) => measured(precision)),
      extractor,
    ),
    score(
      'recall',
      partOf(balls, ({ recall }) => measured(recall)),
      extractor,
    ),
    score(
      'density',
      partOf(dense, ({ density }) => measured(density)),
      extractor,
    ),
    score(
      'coverage',
      partOf(dense, ({ coverage }) => measured(coverage)),
      extractor,
    ),
    score('differentBins', binned, extractor),
    ...(classScore ? [score('inceptionScore', classScore, extractor)] : []),
    score('parzen', parzen),
  ]
}
