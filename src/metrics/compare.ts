import type { ImageShape } from '../data/source.ts'
import type { Device } from '../runtime/device.ts'
import { UserError } from '../tensor/errors.ts'
import { sameShape } from '../tensor/shape.ts'
import type { FeatureSpace } from './feature-space.ts'
import type { AnyImageMetric, MetricInputs, MetricNeed, MetricsByNeed } from './image-metric.ts'
import { imageMetrics } from './image-metrics.ts'
import type { ImageMetricName } from './image-metrics.ts'
import type { ImageSet } from './image-set.ts'
import { momentsOf } from './moments.ts'
import { keptByDevice } from './on-device.ts'
import { createRandomFeatures } from './random-features.ts'

/** How images are compared. */
export interface CompareImagesOptions {
  /** The network whose features are compared; default: one that has learned nothing, see `createRandomFeatures`. */
  readonly features?: FeatureSpace
  /** Equal seeds draw equal subsets and train equal classifiers; default 0. */
  readonly seed?: number
}

/** A metric by its name, or one of your own. */
export type WantedMetric = ImageMetricName | AnyImageMetric

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
 * Compares generated images with real ones by each metric in the list: a name ('fid', 'kid', 'precision', ...) or a metric of your own.
 * Features and whatever else metrics share are computed once.
 *
 * ```ts
 * const { fid, psnr, features } = await metrics.compare(device, real, generated, ['fid', 'psnr'])
 * ```
 *
 * Throws a UserError where a metric is unknown, the sets do not fit together or are too small for it, or a number is not finite.
 */
export async function compare<const Wanted extends readonly WantedMetric[]>(
  device: Device,
  real: ImageSet,
  generated: ImageSet,
  wanted: Wanted,
  { features: space, seed = 0 }: CompareImagesOptions = {},
): Promise<ImageScores<Wanted>> {
  const metrics = wanted.map(metricOf)
  requireDistinct(metrics)
  requireFitting(real, generated, metrics, space !== undefined)
  const network = space ?? defaultFeatures(device, real.shape)

  const features = once(async () => [await network.features(real), await network.features(generated)] as const)
  const moments = once(async () => {
    const [realRows, generatedRows] = await features()
    return [await momentsOf(device, realRows), await momentsOf(device, generatedRows)] as const
  })
  const images = async () => [real, generated] as const
  const inputs: { readonly [Need in MetricNeed]: () => Promise<readonly [MetricInputs[Need], MetricInputs[Need]]> } = {
    images,
    pairs: images,
    features,
    moments,
  }
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it ties what is computed to what is asked for
  async function valueOf<Need extends MetricNeed>({ needs, value }: MetricsByNeed[Need]): Promise<number> {
    const [realInput, generatedInput] = await inputs[needs]()
    return value(realInput, generatedInput, { device, seed })
  }

  const scores: Record<string, number | string> = {}
  for (const metric of metrics) scores[metric.name] = await valueOf(metric)
  if (metrics.some(seesFeatures)) scores.features = network.name
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its names are those of the metrics
  return scores as ImageScores<Wanted>
}

const defaultFeatures = keptByDevice((shape: ImageShape) => shape.join(' x '), createRandomFeatures)

const seesFeatures = ({ needs }: AnyImageMetric): boolean => needs === 'features' || needs === 'moments'

function metricOf(wanted: WantedMetric): AnyImageMetric {
  if (typeof wanted !== 'string') return wanted
  if (Object.hasOwn(imageMetrics, wanted)) return { name: wanted, ...imageMetrics[wanted] }
  const known = Object.keys(imageMetrics).join(', ')
  throw new UserError(`The metric '${wanted}' is unknown; ask for ${known}, or give one of your own.`)
}

function requireDistinct(metrics: readonly AnyImageMetric[]): void {
  const names = [...metrics.map(({ name }) => name), 'features']
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return
  const why = twice === 'features' ? 'features is the name of the network in the result' : `${twice} is asked for twice`
  throw new UserError(`Each metric needs a name of its own, and ${why}.`)
}

/** Before anything is computed, for that may take minutes. */
function requireFitting(
  real: ImageSet,
  generated: ImageSet,
  metrics: readonly AnyImageMetric[],
  hasOwnNetwork: boolean,
): void {
  // A network in a file may take images of any size.
  const alike = metrics.filter((metric) => !(hasOwnNetwork && seesFeatures(metric)))
  if (alike.length > 0 && !sameShape(real.shape, generated.shape)) {
    const [one, other] = [real, generated].map(({ shape }) => shape.join(' x '))
    throw new UserError(
      `Real images of ${one} and generated ones of ${other} cannot be compared; resize one of the sets.`,
    )
  }
  const counts = `there are ${real.count} real and ${generated.count} generated ones`
  for (const { name, needs, fewest = 1 } of metrics) {
    if (Math.min(real.count, generated.count) < fewest)
      throw new UserError(
        `The metric ${name} needs at least ${fewest} images of each set, and ${counts}; give more images.`,
      )
    if (needs === 'pairs' && real.count !== generated.count)
      throw new UserError(`The metric ${name} compares image by image, and ${counts}; give as many of each.`)
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | null = null
  return () => (done ??= work())
}
