import type { ImageSource, StoredSource } from '../data/source.ts'
import { loadSource, sources } from '../data/sources.ts'
import type { EvaluationProgress } from '../features/evaluation-progress.ts'
import { readFeatures } from '../features/open-features-node.ts'
import { compare } from '../metrics/compare.ts'
import { createOnnxFeatures } from '../metrics/networks/onnx-features.ts'
import { draw } from '../metrics/statistics/random-draw.ts'
import { openNodeDevice } from '../runtime/open-node.ts'
import { UserError } from '../tensor/errors.ts'
import { imagesAt } from './real-images.ts'

/** How two sets of images are compared. */
export interface ImageSetOptions {
  /** How many images of each at most. */
  readonly count: number
  /** Which of them, where there are more; a whole number in [0, 2^31). */
  readonly seed: number
  /** A feature network as ONNX, or 'random-network', the default. */
  readonly features?: string | undefined
  /** Which pixels that network takes, where its file does not say. */
  readonly range?: string | undefined
  /** Which of its values the features are. */
  readonly featureOutput?: string | undefined
}

/** What a comparison of two sets found. */
export interface ImageSetComparison {
  readonly real: { readonly name: string; readonly count: number }
  readonly generated: { readonly name: string; readonly count: number }
  /** The network that found the features. */
  readonly features: string
  readonly scores: Readonly<Record<(typeof wanted)[number], number>>
}

const wanted = ['fid', 'kid', 'precision', 'recall', 'density', 'coverage', 'twoSampleAccuracy'] as const

/**
 * Compares two sets of images that came from anywhere, without a run: folders of pictures, or whatever `--data` names. The pictures of the
 * second folder are cropped and scaled to the size of the first. Throws a UserError where a set cannot be read, is too small, or holds no images.
 */
export async function compareImageSets(
  real: string,
  generated: string,
  { count, seed, features, range, featureOutput }: ImageSetOptions,
  progress: EvaluationProgress,
): Promise<ImageSetComparison> {
  if (features === 'forger-lenet') {
    throw new UserError('forger-lenet is trained on the data of a run; give an .onnx file, or leave --features out.')
  }
  const choice = await readFeatures(features, {
    ...(range === undefined ? {} : { range }),
    ...(featureOutput === undefined ? {} : { output: featureOutput }),
  })
  const first = await load(sourceNameOf(real, null), progress)
  const second = await load(sourceNameOf(generated, first), progress)
  const device = await openNodeDevice()
  try {
    const some = (source: ImageSource | StoredSource) =>
      imagesAt(source, draw(seed, 0, 0, source.count, Math.min(count, source.count)).toSorted())
    const [realSet, generatedSet] = [await some(first), await some(second)]
    const extractor =
      choice === null || typeof choice === 'string' ? null : createOnnxFeatures(device, choice.bytes, choice.options)
    progress('comparing images', 0, 0)
    const { features: network, ...scores } = await compare(device, realSet, generatedSet, wanted, {
      seed,
      ...(extractor ? { features: extractor } : {}),
    })
    return {
      real: { name: first.name, count: realSet.count },
      generated: { name: second.name, count: generatedSet.count },
      features: network,
      scores,
    }
  } finally {
    await device.close()
  }
}

/** A name that `--data` knows stays; anything else is a folder of pictures. */
function sourceNameOf(name: string, like: ImageSource | StoredSource | null): string {
  const kind = name.split(':', 1)[0]
  if (Object.hasOwn(sources, kind)) return name
  return like === null ? `images:${name}` : `images:${name},${like.shape[1]}x${like.shape[0]}`
}

async function load(name: string, progress: EvaluationProgress): Promise<ImageSource | StoredSource> {
  const source = await loadSource(name, 'train', (done, total) => progress('preparing images', done, total))
  if (source.kind === 'points') throw new UserError(`${name} are points; give two sets of images.`)
  return source
}
