import { classShares } from '../metrics/statistics/class-shares.ts'
import type { Classifier } from '../metrics/networks/feature-extractor.ts'
import type { ImageSet } from '../metrics/statistics/image-set.ts'
import type { Classes } from '../data/classes.ts'
import type { ClassShare } from './evaluation.ts'

/** How generated and test images are spread over the classes, as a classifier sees both. */
export async function classTable(
  classifier: Classifier,
  generated: ImageSet,
  test: ImageSet,
  classes: Classes | null,
): Promise<ClassShare[]> {
  const own = classShares(await classifier.probabilities(generated)).shares
  const real = classShares(await classifier.probabilities(test)).shares
  return own.map((share, label) => ({
    name: classes?.names?.[label] ?? String(label),
    generated: share,
    real: real[label],
  }))
}
