import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { loadSource } from '../data/sources.ts'
import type { ImageSource, StoredSource } from '../data/source.ts'
import type { FeatureExtractor } from '../metrics/networks/feature-extractor.ts'
import { lenetName } from '../metrics/networks/lenet.ts'
import { createOnnxFeatures } from '../metrics/networks/onnx-features.ts'
import type { OnnxFeatureOptions } from '../metrics/networks/onnx-features.ts'
import { createRandomFeatures } from '../metrics/networks/random-features.ts'
import type { Device } from '../runtime/device.ts'
import { UserError } from '../tensor/errors.ts'
import { openClassifier } from './kept-classifier-node.ts'
import type { ClassifierImages, TestedClassifier } from './kept-classifier-node.ts'
import { obstacleTo } from './classifier-obstacle.ts'
import { fileError } from '../files/file-error-node.ts'
import type { EvaluationProgress } from './evaluation-progress.ts'

/** The feature extractors of an evaluation, and why these. */
export interface OpenFeatures {
  readonly extractor: FeatureExtractor
  /** The same, where it is a classifier for these images. */
  readonly classifier: TestedClassifier | null
  /** The one that the search for copies uses: all training images go through it, so it has to be fast. */
  readonly copyExtractor: FeatureExtractor
  /** Whole sentences. */
  readonly notes: readonly string[]
}

type Images = ImageSource | StoredSource

/** The feature extractor that was asked for: one of Forger's own by its name, or a file. */
export type FeatureChoice = 'forger-lenet' | 'random-network' | FeatureFile

/** A network in a file, and what it expects of its images. */
interface FeatureFile {
  readonly bytes: Uint8Array
  readonly options: OnnxFeatureOptions
}

/**
 * What `--features` names; null where nothing is. Weights that the model keeps in files of their own are read from beside it when they
 * are needed. Throws a UserError where there is no such file.
 */
export async function readFeatures(
  wanted: string | undefined,
  options: Pick<OnnxFeatureOptions, 'range' | 'output'>,
): Promise<FeatureChoice | null> {
  if (wanted === undefined) return null
  if (wanted === 'forger-lenet' || wanted === 'random-network') return wanted
  const bytes = await readFile(wanted).catch((error: unknown) => {
    throw fileError('read', wanted, error)
  })
  return { bytes, options: { ...options, name: basename(wanted, '.onnx'), external: filesBeside(wanted) } }
}

/** Reads files in the folder of another one, each once. */
function filesBeside(path: string): (location: string) => Uint8Array {
  const read = new Map<string, Uint8Array>()
  return (location) => {
    const beside = join(dirname(path), location)
    try {
      const bytes = read.get(location) ?? readFileSync(beside)
      read.set(location, bytes)
      return bytes
    } catch (error) {
      throw fileError('read', beside, error)
    }
  }
}

/**
 * Opens the network by whose features images are compared: the one that was asked for, else the classifier for the data, else a random
 * network. Throws a UserError where it does not fit the images.
 */
export async function openFeatures(
  device: Device,
  training: Images,
  heldOut: Images | null,
  wanted: FeatureChoice | null,
  progress: EvaluationProgress,
): Promise<OpenFeatures> {
  const { shape } = training
  if (typeof wanted === 'object' && wanted !== null) {
    const extractor = createOnnxFeatures(device, wanted.bytes, wanted.options)
    return { extractor, classifier: null, copyExtractor: createRandomFeatures(device, shape), notes: [] }
  }
  const obstacle = obstacleTo(training)
  if (wanted === 'forger-lenet' && obstacle !== null) throw new UserError(`${obstacle}; take other features.`)
  if (training.kind === 'images' && obstacle === null && wanted !== 'random-network') {
    const test = heldOut?.kind === 'images' ? heldOut : null
    const notes: string[] = []
    const classifier = await openLenet(device, { train: training, test }, notes, progress)
    return { extractor: classifier, classifier, copyExtractor: classifier, notes }
  }
  const extractor = createRandomFeatures(device, shape)
  const why = obstacle === null ? 'As was asked for' : `${obstacle}, so`
  const note = `${why} images are compared by a ${extractor.name}; such distances are not those of ${lenetName} or Inception, and --features FILE.onnx takes another network.`
  return { extractor, classifier: null, copyExtractor: extractor, notes: [note] }
}

async function openLenet(
  device: Device,
  images: ClassifierImages,
  notes: string[],
  progress: EvaluationProgress,
): Promise<TestedClassifier> {
  const stage = `training ${lenetName}, once for this data`
  return openClassifier(device, images, {
    tell: (sentence) => notes.push(sentence),
    progress: (done, total) => progress(stage, done, total),
  })
}

/** The classifier of single digits, for pictures that stack three of them. */
export async function openDigits(device: Device, progress: EvaluationProgress): Promise<TestedClassifier> {
  const [train, test] = [await loadSource('mnist'), await loadSource('mnist', 'test')]
  if (train.kind !== 'images' || test.kind !== 'images') throw new Error('digits are images')
  return openLenet(device, { train, test }, [], progress)
}
