import type { ImageShape, Source } from '../data/source.ts'
import { classCountOf, imageRangeOf } from '../gan/game/game.ts'
import type { Game } from '../gan/game/game.ts'
import type { RealismScorer } from '../gan/sampling/realism.ts'
import type { Check } from '../gan/training/stop-rule.ts'
import type { Trainer } from '../gan/training/trainer.ts'
import { areaUnderRoc } from '../metrics/auroc.ts'
import { divideIntoBins, sharesOfBins } from '../metrics/different-bins.ts'
import { draw, pickRows } from '../metrics/statistics/random-draw.ts'
import type { FeatureExtractor } from '../metrics/networks/feature-extractor.ts'
import { frechetDistance } from '../metrics/frechet-distance.ts'
import { imagesOfSamples, rowsOf } from '../metrics/statistics/image-set.ts'
import type { ImageSet } from '../metrics/statistics/image-set.ts'
import { momentsOf } from '../metrics/statistics/moments.ts'
import { createRandomFeatures } from '../metrics/networks/random-features.ts'
import type { Rows } from '../metrics/statistics/rows.ts'
import { slicedWasserstein } from '../metrics/sliced-wasserstein.ts'
import { twoSampleTest } from '../metrics/two-sample-test.ts'
import type { Device } from '../runtime/device.ts'
import { openNodeDevice } from '../runtime/open-node.ts'
import { sizeOf } from '../tensor/shape.ts'
import { openClassifier } from '../features/kept-classifier-node.ts'
import { fewestSamples } from '../runs/opening/settled-options.ts'
import { imagesAt } from '../evaluation/real-images.ts'
import { closingOnError } from '../runs/opening/open-run-node.ts'
import type { OpenRun } from '../runs/opening/open-run.ts'

/** Compares a generator with real samples, on threads of its own: training goes on as if there had been no check. */
export interface Checker {
  /** Measures the generator: always by the same latents and the same real samples. */
  measure(
    trainer: Trainer,
    score: RealismScorer | null,
  ): Promise<Pick<Check, 'distance' | 'toldApart' | 'covered' | 'ranked'>>
  /** Ends its threads. */
  close(): Promise<void>
}

/** Real samples, and as many generated ones: points, images. */
const mostSamples = { points: 10_000, images: 2000 } as const
/** Of large images fewer, so that it is soon done, but so many if they fit into a device's memory. */
const soonNumbers = 2 ** 24
const wishedSamples = 250
const mostNumbers = 2 ** 27

/** Of the latents: nobody else draws them. */
const seed = 0x6a75_6467

/** The checker of a run that stops by itself. It trains the classifier for the data again where that is no longer kept. */
export async function openChecker({ options, source, heldOut }: OpenRun): Promise<Checker> {
  if (heldOut === null) throw new Error('nothing to check by')
  const { strict, threads, checkFeatures } = options
  const device = await openNodeDevice({ strict, ...(threads === undefined ? {} : { threads }) })
  const close = () => device.engine.close()
  return closingOnError(close, async () => {
    if (source.kind === 'points') return { ...(await checkerFor(device, points, source, heldOut)), close }
    const isLearned = checkFeatures === 'forger-lenet' && source.kind === 'images' && heldOut.kind === 'images'
    const space = isLearned
      ? await openClassifier(device, { train: source, test: heldOut })
      : createRandomFeatures(device, source.shape)
    return { ...(await checkerFor(device, imagesIn(device, space, source.shape), source, heldOut)), close }
  })
}

/** How samples of a kind are compared. */
interface SampleKind<Samples extends ImageSet | Rows> {
  /** Real samples at these rows. */
  real(source: Source, rows: Int32Array): Promise<Samples>
  generated(samples: Float32Array, game: Game): Samples
  /** The numbers of real samples as a game has them. */
  played(samples: Samples, game: Game): Float32Array
  /** The numbers of each, as they are. */
  rowsOf(samples: Samples): Rows
  /** How far others are from these. */
  distanceFrom(real: Samples): Promise<(generated: Samples) => Promise<number>>
}

async function checkerFor<Samples extends ImageSet | Rows>(
  device: Device,
  view: SampleKind<Samples>,
  source: Source,
  heldOut: Source,
): Promise<Omit<Checker, 'close'>> {
  const size = sizeOf(source.shape)
  const soon = Math.max(wishedSamples, Math.floor(soonNumbers / size))
  const fitting = Math.max(fewestSamples, Math.floor(mostNumbers / size))
  const most = source.kind === 'points' ? mostSamples.points : mostSamples.images
  const count = Math.min(most, soon, fitting, source.count, heldOut.count)
  const rowsIn = (from: Source) => draw(0, 0, 0, from.count, count).toSorted()
  const real = await view.real(heldOut, rowsIn(heldOut))
  const learnedRows = rowsIn(source)
  const learned = await view.real(source, learnedRows)
  const { labels } = source
  const distanceTo = await view.distanceFrom(real)
  // Of the numbers themselves: features of a classifier tell things apart that are of one kind to the eye.
  const bins = await divideIntoBins(device, view.rowsOf(real))
  const reachable = await sharesOfBins(device, bins, view.rowsOf(learned))
  return {
    async measure({ game, sample }, score) {
      const samples = await sample(count, seed)
      if (!samples.every(Number.isFinite)) {
        return { distance: NaN, toldApart: { accuracy: 1, low: 1, high: 1 }, covered: 0, ranked: 1 }
      }
      const generated = view.generated(samples, game)
      const { covered } = await sharesOfBins(device, bins, view.rowsOf(generated))
      return {
        distance: await distanceTo(generated),
        toldApart: await twoSampleTest(device, real, generated),
        covered: Math.min(1, covered / reachable.covered),
        ranked:
          score &&
          ranking(
            await score(view.played(learned, game), (index) => labels?.[learnedRows[index]] ?? 0),
            await score(samples, (index) => index % (classCountOf(game) ?? 1)),
          ),
      }
    },
  }
}

/** A discriminator whose scores are no numbers any more can tell nothing. */
const ranking = (real: Float32Array, generated: Float32Array): number =>
  real.some(Number.isNaN) || generated.some(Number.isNaN) ? 0.5 : areaUnderRoc(real, generated)

const points: SampleKind<Rows> = {
  async real(source, rows) {
    if (source.kind !== 'points') throw new Error('no points')
    return pickRows({ values: source.points, count: source.count, size: 2 }, rows)
  },
  generated: (values) => ({ values, count: values.length / 2, size: 2 }),
  played: ({ values }) => values,
  rowsOf: (rows) => rows,
  distanceFrom: async (real) => async (generated) => slicedWasserstein(real, generated),
}

const imagesIn = (device: Device, space: FeatureExtractor, shape: ImageShape): SampleKind<ImageSet> => ({
  async real(source, rows) {
    if (source.kind === 'points') throw new Error('no images')
    return imagesAt(source, rows)
  },
  generated: (samples, game) => imagesOfSamples(samples, shape, imageRangeOf(game)),
  played: ({ values }, game) => (imageRangeOf(game) === 'signed' ? values.map((value) => 2 * value - 1) : values),
  rowsOf,
  async distanceFrom(real) {
    const momentsIn = async (images: ImageSet) => momentsOf(device, await space.features(images))
    const moments = await momentsIn(real)
    return async (generated) => Math.max(0, frechetDistance(moments, await momentsIn(generated)))
  },
})
