import { draw } from '../../metrics/statistics/random-draw.ts'
import type { ImageSource } from '../../data/source.ts'
import type { ImageSet } from '../../metrics/statistics/image-set.ts'
import { momentsOf } from '../../metrics/statistics/moments.ts'
import type { Device } from '../../runtime/device.ts'
import type { Features } from '../../evaluation/evaluation.ts'
import { frechetFrom, parzenOf, twoSampleAccuracyOf } from '../../evaluation/shared-image-metrics.ts'
import type { ChosenSamples } from '../../evaluation/evaluated-samples.ts'
import type { EvaluationProgress } from '../../features/evaluation-progress.ts'
import { imagesAt } from '../../evaluation/real-images.ts'
import { openFeatures } from '../../features/open-features-node.ts'
import type { DrawingScores } from '../results/comparison.ts'

/** Evaluates the samples of every model in the same way. */
export interface Evaluator {
  readonly device: Device
  /** How many samples are evaluated. */
  readonly count: number
  readonly features: Features
  /** Training images instead of samples: the best achievable scores. */
  readonly reference: ImageSet
  /** Training images that choose what has to be chosen, and their classes. */
  readonly validation: ImageSet
  readonly validationLabels: Uint8Array | Uint16Array
  /** Whole sentences. */
  readonly notes: readonly string[]
  score(
    samples: ImageSet,
    progress: EvaluationProgress,
  ): Promise<Pick<DrawingScores, 'parzen' | 'fid' | 'twoSampleAccuracy'>>
}

/** An evaluator on a device. It may train a classifier for the data first. The images are those that `forger evaluate` would take. */
export async function openEvaluator(
  device: Device,
  chosen: ChosenSamples<ImageSource>,
  seed: number,
  progress: EvaluationProgress,
): Promise<Evaluator> {
  const { training, test } = chosen
  const { extractor, classifier, notes } = await openFeatures(device, training, test, null, progress)
  const tested = await imagesAt(test, chosen.rows.test)
  const validation = await imagesAt(training, chosen.rows.validation)
  const moments = await momentsOf(device, await extractor.features(tested))
  return {
    device,
    count: chosen.count,
    features: { name: extractor.name, accuracy: classifier?.accuracy ?? null },
    reference: await imagesAt(training, chosen.rows.reference),
    validation,
    validationLabels: labelsAt(training, chosen.rows.validation),
    notes: [...chosen.notes, ...notes],
    async score(samples, tell) {
      tell('Parzen windows', 0, 0)
      const parzen = await parzenOf(device, samples, { validation, test: tested })
      tell('Fréchet distance', 0, 0)
      const fid = await frechetFrom(device, moments, await extractor.features(samples))
      tell('telling samples from real ones', 0, 0)
      return { parzen, fid, twoSampleAccuracy: await twoSampleAccuracyOf(device, tested, samples, seed) }
    },
  }
}

/** The classes of the images at these rows. */
export function labelsAt({ name, labels }: ImageSource, rows: Int32Array): Uint8Array | Uint16Array {
  if (labels === null) throw new Error(`${name} has no labels`)
  const picked = labels.slice(0, rows.length)
  rows.forEach((row, at) => (picked[at] = labels[row]))
  return picked
}

/** That many images of a source, drawn at random; all of them in their order where there are no more. */
export const someRows = ({ count }: ImageSource, most: number, seed: number): Int32Array =>
  draw(seed, 3, 0, count, Math.min(count, most)).toSorted()
