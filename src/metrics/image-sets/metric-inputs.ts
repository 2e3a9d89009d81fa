import type { Device } from '../../runtime/device.ts'
import type { FeatureExtractor } from '../networks/feature-extractor.ts'
import type { MetricInputs, MetricNeed } from './image-metric.ts'
import type { ImageSet } from '../statistics/image-set.ts'
import { momentsOf } from '../statistics/moments.ts'
import type { ReferenceStatistics } from './reference-statistics.ts'

/** What metrics need of one set, each found when it is first asked for. */
type Inputs = { readonly [Need in MetricNeed]: () => Promise<MetricInputs[Need]> }

/** Whether these are statistics that were kept in place of the images. */
export const isKept = (real: ImageSet | ReferenceStatistics): real is ReferenceStatistics => 'covariance' in real

/** What metrics may need of images or, of statistics that were kept of some, the moments. */
export function inputsOf(device: Device, set: ImageSet | ReferenceStatistics, network: FeatureExtractor): Inputs {
  if (isKept(set)) return { images: gone, pairs: gone, features: gone, moments: async () => set }
  const images = async () => set
  const features = once(() => network.features(set))
  return { images, pairs: images, features, moments: once(async () => momentsOf(device, await features())) }
}

/** `requireFitting` has seen to it that nothing asks. */
async function gone(): Promise<never> {
  throw new Error('the images of kept statistics are gone')
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | null = null
  return () => (done ??= work())
}
