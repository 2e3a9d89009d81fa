import { UserError } from '../../tensor/errors.ts'
import { sameShape } from '../../tensor/shape.ts'
import type { AnyImageMetric } from './image-metric.ts'
import type { ImageSet } from '../statistics/image-set.ts'
import { isKept } from './metric-inputs.ts'
import type { ReferenceStatistics } from './reference-statistics.ts'

/** Whether a metric sees images by a network. */
export const seesFeatures = ({ needs }: AnyImageMetric): boolean => needs === 'features' || needs === 'moments'

/** Throws a UserError where two metrics would have one name in the result. */
export function requireDistinct(metrics: readonly AnyImageMetric[]): void {
  const names = [...metrics.map(({ name }) => name), 'features']
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return
  const why = twice === 'features' ? 'features is the name of the network in the result' : `${twice} is asked for twice`
  throw new UserError(`Each metric needs a name of its own, and ${why}.`)
}

/**
 * Throws a UserError where the sets do not fit together or are too small for a metric, before anything is computed, for that may take
 * minutes.
 * @param anyShape Whether the network was given by the user: it may take images of any size.
 */
export function requireFitting(
  real: ImageSet | ReferenceStatistics,
  generated: ImageSet,
  metrics: readonly AnyImageMetric[],
  anyShape: boolean,
): void {
  const alone = metrics.find(({ needs }) => needs !== 'moments')
  if (isKept(real) && alone !== undefined) {
    throw new UserError(
      `The metric ${alone.name} needs the real images themselves; their statistics are enough for fid alone, and for metrics of moments.`,
    )
  }
  const alike = metrics.filter((metric) => !(anyShape && seesFeatures(metric)))
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
