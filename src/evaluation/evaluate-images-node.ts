import type { ImageSource, Source, StoredSource } from '../data/source.ts'
import { imageRangeOf } from '../gan/game/game.ts'
import type { Game } from '../gan/game/game.ts'
import { draw } from '../metrics/statistics/random-draw.ts'
import type { FeatureExtractor } from '../metrics/networks/feature-extractor.ts'
import { imagesOfSamples } from '../metrics/statistics/image-set.ts'
import type { ImageSet } from '../metrics/statistics/image-set.ts'
import { stackedLabels, stackedModes } from '../metrics/stacked-digits.ts'
import type { Device } from '../runtime/device.ts'
import { classesOf } from '../data/classes.ts'
import { classTable } from './class-table.ts'
import { copyPicture, findCopies, mostSearched } from './training-copies.ts'
import type { Score } from './evaluation.ts'
import { imageScores } from './image-scores.ts'
import type { ChosenSamples, Findings } from './evaluated-samples.ts'
import { measureBoth, measured, score } from './measured-beside-real.ts'
import { modeScores } from './mode-scores.ts'
import type { EvaluationProgress } from '../features/evaluation-progress.ts'
import { featuresAt, imagesAt } from './real-images.ts'
import { openDigits, openFeatures } from '../features/open-features-node.ts'
import type { FeatureChoice } from '../features/open-features-node.ts'

/** Samples as the generator gave them. */
interface Samples {
  readonly samples: Float32Array
  readonly game: Pick<Game, 'generation'>
}

const warning =
  'Likelihoods by Parzen windows are poor judges of images (Theis, van den Oord and Bethge 2016): centres of k-means outdo real images. Trust the other numbers first.'

/** Evaluates images. */
export async function evaluateImages(
  device: Device,
  chosen: ChosenSamples,
  { samples, game }: Samples,
  { features, seed }: { readonly features: FeatureChoice | null; readonly seed: number },
  progress: EvaluationProgress,
): Promise<Findings> {
  const { data, rows } = chosen
  const [training, tested] = [imagesIn(chosen.training), imagesIn(chosen.test)]
  const heldOut = chosen.heldOut && imagesIn(chosen.heldOut)
  const { extractor, classifier, copyExtractor, notes } = await openFeatures(
    device,
    training,
    heldOut,
    features,
    progress,
  )
  const generated = imagesOfSamples(samples, training.shape, imageRangeOf(game))
  const test = await imagesAt(tested, rows.test)
  const reference = await imagesAt(training, rows.reference)
  const validation = await imagesAt(training, rows.validation)
  const images = { generated, reference, test, validation }
  const scores = await imageScores(device, images, { extractor, classifier, seed }, progress)
  const modes = data === 'stacked-mnist' ? await stackedScores(device, { generated, reference }, progress) : []

  const searched = draw(seed, 2, 0, training.count, Math.min(training.count, mostSearched)).toSorted()
  const known = await featuresAt(copyExtractor, training, searched, (done) =>
    progress('looking for copies', done, searched.length),
  )
  const [unseen, own] = [await copyExtractor.features(test), await copyExtractor.features(generated)]
  const found = await findCopies(device, { training: known, heldOut: unseen, generated: own }, seed)
  return {
    features: { name: extractor.name, accuracy: classifier?.accuracy ?? null },
    scores: [
      ...scores,
      ...modes,
      score('copying', { generated: measured(found.statistic), real: null }, copyExtractor),
    ],
    classes: classifier && (await classTable(classifier, generated, test, classesOf(training))),
    copies: { verdict: found.verdict, suspicious: found.suspicious },
    searched: searched.length,
    notes: [...notes, ...fewFor(extractor, Math.min(generated.count, test.count)), warning],
    neighbors: await copyPicture(generated, training, searched, found),
  }
}

/** A Fréchet distance needs more samples than features: else covariances say too little, and all distances are too large. */
const fewFor = ({ name, size }: FeatureExtractor, count: number): string[] =>
  count > size
    ? []
    : [
        `${count.toLocaleString('en')} images are few for the ${size.toLocaleString('en')} features of ${name}: FID is far too large, and only to be compared with that of real images here; KID does not mind.`,
      ]

/** The modes of Stacked MNIST: which digits each color shows. */
async function stackedScores(
  device: Device,
  { generated, reference }: { readonly generated: ImageSet; readonly reference: ImageSet },
  progress: EvaluationProgress,
): Promise<Score[]> {
  const digits = await openDigits(device, progress)
  const found = await measureBoth(generated, reference, async (set) => stackedModes(await stackedLabels(digits, set)))
  return modeScores(found, digits)
}

function imagesIn(source: Source): ImageSource | StoredSource {
  if (source.kind === 'points') throw new Error('no images')
  return source
}
