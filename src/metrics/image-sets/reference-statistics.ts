import type { ImageShape } from '../../data/source.ts'
import type { Device } from '../../runtime/device.ts'
import { UserError } from '../../tensor/errors.ts'
import { sizeOf } from '../../tensor/shape.ts'
import type { FeatureExtractor } from '../networks/feature-extractor.ts'
import type { ImageSet } from '../statistics/image-set.ts'
import { momentsOf } from '../statistics/moments.ts'
import type { Moments } from '../statistics/moments.ts'
import { usualFeatures } from '../networks/random-features.ts'

/** What can be kept of a set of real images in their place: the moments of their features, which is all that FID needs. */
export interface ReferenceStatistics extends Moments {
  /** The name of the network that found the features. */
  readonly features: string
  /** How many images there were. */
  readonly count: number
  /** The shape of one of them. */
  readonly shape: ImageShape
  /** What the network makes of a fixed pattern of that shape, [size]: another network of the same name makes something else of it. */
  readonly probe: Float32Array
}

/**
 * Mean and covariance of the features of images, to be kept and compared with many sets: as the real images of `compare`, or as moments
 * of `frechetDistance`. The features are those of a random network unless another is given. Throws a UserError where there are fewer
 * than two images, or the network does not see images of that shape.
 *
 * ```ts
 * await saveReferenceStatistics('real.safetensors', await metrics.referenceStatistics(device, real))
 * const reference = await loadReferenceStatistics('real.safetensors')
 * const { fid } = await metrics.compare(device, reference, generated, ['fid'])
 * ```
 *
 * In pages, `encodeReferenceStatistics` and `decodeReferenceStatistics` make the same bytes and read them.
 */
export async function referenceStatistics(
  device: Device,
  images: ImageSet,
  features: FeatureExtractor = usualFeatures(device, images.shape),
): Promise<ReferenceStatistics> {
  const { count, shape } = images
  const moments = await momentsOf(device, await features.features(images))
  return { ...moments, features: features.name, count, shape, probe: await probeOf(features, shape) }
}

/** Processors round differently, and accelerators more so; networks with other weights are far apart. */
const tolerance = 1e-2

/** Throws a UserError where the statistics are of the features of another network. */
export async function requireSameNetwork(features: FeatureExtractor, statistics: ReferenceStatistics): Promise<void> {
  const { name, size } = features
  if (name !== statistics.features || size !== statistics.size) {
    const [theirs, ours] = [statistics, { features: name, size }].map((one) => `${one.features} (${one.size} features)`)
    throw new UserError(`The reference statistics are by ${theirs}, not by ${ours}; give that network as features.`)
  }
  const probe = await probeOf(features, statistics.shape)
  const distance = Math.hypot(...probe.map((value, at) => value - statistics.probe[at]))
  if (distance <= tolerance * Math.hypot(...statistics.probe)) return
  throw new UserError(
    `The reference statistics are by another network called ${name}, with other weights; compute them again with this one.`,
  )
}

async function probeOf(features: FeatureExtractor, shape: ImageShape): Promise<Float32Array> {
  const pattern = Float32Array.from({ length: sizeOf(shape) }, (_, at) => ((at * 37) % 256) / 255)
  const { values } = await features.features({ values: pattern, count: 1, shape })
  return values
}
