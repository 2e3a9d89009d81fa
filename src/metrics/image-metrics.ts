import { divideIntoBins, sharesOfBins } from './different-bins.ts'
import { densityCoverage } from './density-coverage.ts'
import { frechetDistance } from './frechet-distance.ts'
import { measuredOnce } from './image-sets/image-metric.ts'
import type { ImageMetric, MetricContext, MetricNeed } from './image-sets/image-metric.ts'
import { kernelDistance } from './kernel-distance.ts'
import { precisionRecall } from './precision-recall.ts'
import { psnr } from './psnr.ts'
import type { Rows } from './statistics/rows.ts'
import { ssim } from './ssim.ts'
import { twoSampleTest } from './two-sample-test.ts'

/** A metric without its name, which is its key in the table. */
type Unnamed<Need extends MetricNeed> = Omit<ImageMetric<string, Need>, 'name'>

const metric = <Need extends MetricNeed>(
  needs: Need,
  fewest: number,
  value: Unnamed<Need>['value'],
): Unnamed<Need> => ({ needs, fewest, value })

const balls = measuredOnce((device, real: Rows, generated: Rows) => precisionRecall(device, real, generated))
const realBalls = measuredOnce((device, real: Rows, generated: Rows) => densityCoverage(device, real, generated))

/** The metrics that `compare` knows by name. */
export const imageMetrics = {
  /** The Fréchet distance between features: 0 for equal sets. */
  fid: metric('moments', 2, (real, generated) => Math.max(0, frechetDistance(real, generated))),
  /** The kernel distance between features: about 0 for sets of the same distribution. */
  kid: metric('features', 4, kernelMean),
  /** The share of generated images among the real ones. */
  precision: metric('features', 4, async (...sets) => (await balls(...sets)).precision),
  /** The share of real images among the generated ones. */
  recall: metric('features', 4, async (...sets) => (await balls(...sets)).recall),
  /** How densely generated images stand around real ones: about 1 for real images. */
  density: metric('features', 6, async (...sets) => (await realBalls(...sets)).density),
  /** The share of real images with a generated one nearby. */
  coverage: metric('features', 6, async (...sets) => (await realBalls(...sets)).coverage),
  /** The share of bins that hold more or fewer generated images than chance explains (NDB / K). */
  ndb: metric('features', 20, shareOfBinsDifferent),
  /** The accuracy of a classifier that learned to tell both sets apart (C2ST): 0.5 is guessing. */
  twoSampleAccuracy: metric('images', 4, async (real, generated, { device, seed }) => {
    const { accuracy } = await twoSampleTest(device, real, generated, { seed })
    return accuracy
  }),
  /** The mean peak signal-to-noise ratio of pairs, in decibels. */
  psnr: metric('pairs', 1, (real, generated) => psnr(generated, real).mean),
  /** The mean structural similarity of pairs, at most 1. */
  ssim: metric('pairs', 1, (real, generated) => ssim(generated, real).mean),
}

/** The name of a metric that `compare` knows. */
export type ImageMetricName = keyof typeof imageMetrics

async function kernelMean(real: Rows, generated: Rows, { device, seed }: MetricContext): Promise<number> {
  const subsetSize = Math.min(1000, Math.floor(Math.min(real.count, generated.count) / 2))
  const { mean } = await kernelDistance(device, real, generated, { subsetSize, seed })
  return mean
}

async function shareOfBinsDifferent(real: Rows, generated: Rows, { device, seed }: MetricContext): Promise<number> {
  const { different, bins } = await sharesOfBins(device, await divideIntoBins(device, real, { seed }), generated)
  return different / bins
}
