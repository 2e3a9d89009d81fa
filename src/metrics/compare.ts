import type { Device } from '../runtime/device.ts'
import { UserError } from '../tensor/errors.ts'
import type { FeatureExtractor } from './networks/feature-extractor.ts'
import { requireDistinct, requireFitting, seesFeatures } from './image-sets/fitting-sets.ts'
import type { AnyImageMetric, ImageMetric, MetricNeed, MetricsByNeed } from './image-sets/image-metric.ts'
import { imageMetrics } from './image-metrics.ts'
import type { ImageMetricName } from './image-metrics.ts'
import type { ImageSet } from './statistics/image-set.ts'
import { inputsOf, isKept } from './image-sets/metric-inputs.ts'
import { usualFeatures } from './networks/random-features.ts'
import { requireSameNetwork } from './image-sets/reference-statistics.ts'
import type { ReferenceStatistics } from './image-sets/reference-statistics.ts'

/** How images are compared. */
export interface CompareImagesOptions {
  /** The network whose features are compared; default: one that has learned nothing, see `createRandomFeatures`. */
  readonly features?: FeatureExtractor
  /** Equal seeds draw equal subsets and train equal classifiers; default 0. */
  readonly seed?: number
}

/** A metric by its name, or one of your own. Where the real images are kept as statistics, it can only be one of moments. */
export type WantedMetric<Real = ImageSet> = Real extends ReferenceStatistics
  ? NameNeeding<'moments'> | ImageMetric<string, 'moments'>
  : ImageMetricName | AnyImageMetric

type NameNeeding<Need> = {
  [Name in ImageMetricName]: NeedOf<Name> extends Need ? Name : never
}[ImageMetricName]

type NeedOf<Wanted> = Wanted extends ImageMetricName
  ? (typeof imageMetrics)[Wanted]['needs']
  : Wanted extends { readonly needs: infer Need }
    ? Need
    : never

type NameOf<Wanted> = Wanted extends { readonly name: infer Name extends string } ? Name : Extract<Wanted, string>

type Scores<Wanted> = { readonly [Name in NameOf<Wanted>]: number }

type FeaturesOf<Wanted> = [Extract<NeedOf<Wanted>, 'features' | 'moments'>] extends [never]
  ? unknown
  : {
      /** The network whose features were compared. */
      readonly features: string
    }

/** One number for each metric that was asked for and, where one of them compares features, the name of the network. */
export type ImageScores<Wanted extends readonly WantedMetric[]> = number extends Wanted['length']
  ? Partial<Scores<Wanted[number]> & FeaturesOf<Wanted[number]>>
  : Scores<Wanted[number]> & FeaturesOf<Wanted[number]>

/**
 * Compares generated images with real ones, or with statistics that were kept of them, by each metric in the list: a name ('fid', 'kid',
 * 'precision', ...) or a metric of your own. Features and whatever else metrics share are computed once.
 *
 * ```ts
 * const { fid, psnr, features } = await metrics.compare(device, real, generated, ['fid', 'psnr'])
 * ```
 *
 * Throws a UserError where a metric is unknown, the sets do not fit together or are too small for it, the statistics are by another
 * network, or a number is not finite.
 */
export async function compare<
  Real extends ImageSet | ReferenceStatistics,
  const Wanted extends readonly WantedMetric<Real>[],
>(
  device: Device,
  real: Real,
  generated: ImageSet,
  wanted: Wanted,
  { features: given, seed = 0 }: CompareImagesOptions = {},
): Promise<ImageScores<Wanted>> {
  const metrics = wanted.map(metricOf)
  requireDistinct(metrics)
  requireFitting(real, generated, metrics, given !== undefined)
  const network = given ?? usualFeatures(device, real.shape)
  if (isKept(real)) await requireSameNetwork(network, real)
  const [realInputs, generatedInputs] = [real, generated].map((set) => inputsOf(device, set, network))

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it ties what is computed to what is asked for
  async function valueOf<Need extends MetricNeed>({ needs, value }: MetricsByNeed[Need]): Promise<number> {
    return value(await realInputs[needs](), await generatedInputs[needs](), { device, seed })
  }

  const scores: Record<string, number | string> = {}
  for (const metric of metrics) scores[metric.name] = await valueOf(metric)
  if (metrics.some(seesFeatures)) scores.features = network.name
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its names are those of the metrics
  return scores as ImageScores<Wanted>
}

function metricOf(wanted: WantedMetric): AnyImageMetric {
  if (typeof wanted !== 'string') return wanted
  if (Object.hasOwn(imageMetrics, wanted)) return { name: wanted, ...imageMetrics[wanted] }
  const known = Object.keys(imageMetrics).join(', ')
  throw new UserError(`The metric '${wanted}' is unknown; ask for ${known}, or give one of your own.`)
}
