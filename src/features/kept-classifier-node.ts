import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cacheFolder } from '../data/cache-folder-node.ts'
import { holdOut } from '../data/hold-out.ts'
import type { Divided } from '../data/hold-out.ts'
import { murmur128 } from '../data/murmur.ts'
import type { ImageSource } from '../data/source.ts'
import { createClassifier, isWhole } from '../metrics/networks/lenet-classifier.ts'
import type { Classifier } from '../metrics/networks/feature-extractor.ts'
import { lenetName, lenetVersion } from '../metrics/networks/lenet.ts'
import { classCountOf, trainClassifier, usualEpochs } from '../metrics/networks/train-classifier.ts'
import type { ClassifierTraining, TrainedLeNet } from '../metrics/networks/train-classifier.ts'
import type { Device } from '../runtime/device.ts'
import { openNodeDevice } from '../runtime/open-node.ts'
import { UserError } from '../tensor/errors.ts'
import { codeOf, fileError } from '../files/file-error-node.ts'
import { decodeSafetensors, encodeSafetensors } from '../files/safetensors.ts'
import type { Safetensors, StoredTensor } from '../files/safetensors.ts'
import { writeWholeFile } from '../files/whole-file-node.ts'

/** What a classifier is trained and tested with. */
export interface ClassifierImages {
  readonly train: ImageSource
  /** Null where there are none: then every tenth of the others is held back. */
  readonly test: ImageSource | null
}

/** How a classifier is come by. */
export interface ClassifierOptions extends ClassifierTraining {
  /** Told what there is to tell of the file that it is kept in: whole sentences. */
  readonly tell?: (sentence: string) => void
}

/** A classifier, and how good it is. */
export interface TestedClassifier extends Classifier {
  /** The share of the test images that it names rightly, in [0, 1]. */
  readonly accuracy: number
}

/**
 * The classifier for these images on a device: trained once, on threads of its own, and kept in the cache folder. A kept one that is
 * damaged is trained again. Throws a UserError where there are no labels, or the images are too few or of the wrong size.
 */
export async function openClassifier(
  device: Device,
  images: ClassifierImages,
  { tell = () => {}, progress, ...options }: ClassifierOptions = {},
): Promise<TestedClassifier> {
  const classes = classCountOf(images.train)
  const { train, test } = partsOf(images)
  const { seed, epochs } = { seed: 0, epochs: usualEpochs(train.count), ...options }
  const { key, path } = placeOf({ train, test }, { seed, epochs, strict: device.strict })
  const kept = await readKept(path, key, { shape: train.shape, classes }, tell)
  const trained = kept ?? (await trainAnew())
  if (kept === null) await keep(path, key, trained).catch((error: unknown) => tell(whyNotKept(error)))
  return { ...createClassifier(device, trained), accuracy: trained.accuracy }

  async function trainAnew(): Promise<TrainedLeNet> {
    const { strict, engine } = device
    const own = await openNodeDevice({ strict, threads: engine.threads })
    try {
      return await trainClassifier(own, train, test, { seed, epochs, ...(progress && { progress }) })
    } finally {
      await own.engine.close()
    }
  }
}

/** Whether the usual classifier for these images is kept already, as strict devices or others compute it. */
export async function isClassifierKept(images: ClassifierImages, strict: boolean): Promise<boolean> {
  if (images.train.labels === null) return false
  const { train, test } = partsOf(images)
  const { key, path } = placeOf({ train, test }, { seed: 0, epochs: usualEpochs(train.count), strict })
  return (await readKept(path, key, { shape: train.shape, classes: classCountOf(train) }, () => {})) !== null
}

const partsOf = ({ train, test }: ClassifierImages): Divided<ImageSource> => (test ? { train, test } : holdOut(train))

/** Everything that decides what a classifier learns, and the file that keeps what it has learned. */
function placeOf({ train, test }: Divided<ImageSource>, decisions: Readonly<Record<string, number | boolean>>) {
  const [first, second] = [train.fingerprint(), test.fingerprint()]
  const key = JSON.stringify({ network: lenetName, version: lenetVersion, train: first, test: second, ...decisions })
  const name = `${murmur128(new TextEncoder().encode(key))}.safetensors`
  return { key, path: join(cacheFolder(), 'classifiers', name) }
}

/** The classifier that is kept under this key; null where there is none, or, with a sentence, where its file cannot be used. */
async function readKept(
  path: string,
  key: string,
  { shape, classes }: Pick<TrainedLeNet, 'shape' | 'classes'>,
  tell: (sentence: string) => void,
): Promise<TrainedLeNet | null> {
  try {
    const { tensors, metadata } = decodeSafetensors(await readFile(path), path)
    const { contents, ...facts } = metadata
    const variables = new Map(
      [...tensors].flatMap(([name, { values }]) => (values instanceof Float32Array ? [[name, values] as const] : [])),
    )
    const kept = { shape, classes, variables, accuracy: Number(facts.accuracy) }
    const isSound = facts.key === key && contents === contentsOf({ tensors, metadata: facts }) && isWhole(kept)
    if (isSound) return kept
    tell(`${path} is damaged. The classifier is trained again.`)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    const reason = fileError('read', path, error)
    if (!(reason instanceof UserError)) throw error
    tell(`${reason.message} The classifier is trained again.`)
  }
  return null
}

async function keep(path: string, key: string, { variables, accuracy }: TrainedLeNet): Promise<void> {
  const tensors = new Map(
    [...variables].map(([name, values]): [string, StoredTensor] => [
      name,
      { dtype: 'f32', shape: [values.length], values },
    ]),
  )
  const metadata = { key, accuracy: String(accuracy) }
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw fileError('make the folder', dirname(path), error)
  })
  const contents = contentsOf({ tensors, metadata })
  await writeWholeFile(path, encodeSafetensors({ tensors, metadata: { ...metadata, contents } }))
}

/** A hash of everything else in the file: equal tensors and metadata give equal bytes. */
const contentsOf = (file: Safetensors): string => murmur128(encodeSafetensors(file))

function whyNotKept(error: unknown): string {
  if (!(error instanceof UserError)) throw error
  return `${error.message} The classifier is not kept, and will be trained again.`
}
