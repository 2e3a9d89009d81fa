import { draw } from '../../metrics/draw.ts'
import type { ImageSource } from '../../data/source.ts'
import type { ImageSet } from '../../metrics/image-set.ts'
import { momentsOf } from '../../metrics/moments.ts'
import type { Device } from '../../runtime/device.ts'
import type { Features } from '../../evaluation/evaluation.ts'
import { frechetFrom, parzenOf, toldApartFrom } from '../../evaluation/shared-image-metrics.ts'
import type { Chosen } from '../../evaluation/evaluated-samples.ts'
import type { EvaluationProgress } from '../../features/evaluation-progress.ts'
import { imagesAt } from '../../evaluation/real-images.ts'
import { openSight } from '../../features/open-features-node.ts'
import type { DrawingScores } from '../results/comparison.ts'

/** Who judges all models alike. */
export interface Judge {
  readonly device: Device
  /** How many samples are judged. */
  readonly count: number
  readonly features: Features
  /** Training images in the place of samples: what can be reached. */
  readonly reference: ImageSet
  /** Training images that choose what has to be chosen, and their classes. */
  readonly validation: ImageSet
  readonly validationLabels: Uint8Array | Uint16Array
  /** Whole sentences. */
  readonly notes: readonly string[]
  score(samples: ImageSet, progress: EvaluationProgress): Promise<Pick<DrawingScores, 'parzen' | 'fid' | 'toldApart'>>
}

/** A judge on a device, who may train a classifier for the data first. The images are those that `forger evaluate` would take. */
export async function openJudge(
  device: Device,
  chosen: Chosen<ImageSource>,
  seed: number,
  progress: EvaluationProgress,
): Promise<Judge> {
  const { training, test } = chosen
  const { space, classifier, notes } = await openSight(device, training, test, null, progress)
  const tested = await imagesAt(test, chosen.rows.test)
  const validation = await imagesAt(training, chosen.rows.validation)
  const moments = await momentsOf(device, await space.features(tested))
  return {
    device,
    count: chosen.count,
    features: { name: space.name, accuracy: classifier?.accuracy ?? null },
    reference: await imagesAt(training, chosen.rows.reference),
    validation,
    validationLabels: labelsAt(training, chosen.rows.validation),
    notes: [...chosen.notes, ...notes],
    async score(samples, tell) {
      tell('Parzen windows', 0, 0)
      const parzen = await parzenOf(device, samples, { validation, test: tested })
      tell('Fréchet distance', 0, 0)
      const fid = await frechetFrom(device, moments, await space.features(samples))
      tell('telling samples from real ones', 0, 0)
      return { parzen, fid, toldApart: await toldApartFrom(device, tested, samples, seed) }
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
