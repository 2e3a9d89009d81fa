import type { ImageSource } from '../../data/source.ts'
import { adam, linear, warmUp } from '../../optim/index.ts'
import { compile } from '../../runtime/compile.ts'
import { readFloats, write } from '../../runtime/device.ts'
import type { Device, Variable } from '../../runtime/device.ts'
import { UserError } from '../../tensor/errors.ts'
import { literal } from '../../tensor/operations/index.ts'
import { leavesOf, mapTree } from '../../tensor/tree.ts'
import { likeliestClasses } from '../statistics/class-shares.ts'
import { createClassifier } from './lenet-classifier.ts'
import type { LearnedLeNet } from './lenet-classifier.ts'
import { classifierStep, initialClassifier } from './classifier-step.ts'
import type { ClassifierState, TrainingImages } from './classifier-step.ts'
import type { Classifier } from './feature-extractor.ts'
import { imagesOfBytes } from '../statistics/image-set.ts'
import { lenet } from './lenet.ts'

/** How a classifier is trained. */
export interface ClassifierTraining {
  /** Whole number in [0, 2^31): equal seeds give equal networks. Default 0. */
  readonly seed?: number
  /** How often it sees every image. Default 6, and more where there are few. */
  readonly epochs?: number
  /** Told now and then how many of all steps are done, and the mean cross-entropy of the last one, in nats. */
  readonly progress?: (done: number, total: number, loss: number) => void
}

/** A network that has learned and was tested. */
export interface TrainedLeNet extends LearnedLeNet {
  /** The share of the test images that it names rightly, in [0, 1]. */
  readonly accuracy: number
}

/** How often images are seen where nobody says otherwise: few of them more often. */
export const usualEpochs = (count: number): number => Math.max(6, Math.ceil(100_000 / count))

/** Images per step. Few images are seen in smaller batches, which makes more steps of them. */
const batchFor = (count: number): number => (count < 10_000 ? 32 : 64)

/** At its highest. */
const learningRate = 2e-3
/** In pixels. */
const shift = 1

/** Steps between two words of progress. */
const stride = 25

/**
 * Trains the network on labeled images, and tests it: cross-entropy, Adam at a rate that rises for half an epoch and then falls to 0
 * in a straight line, images moved by up to a pixel. What it takes of the device is never given back, so let it be a device of its own.
 * Throws a UserError where there are no labels, or the images are too few or of the wrong size.
 */
export async function trainClassifier(
  device: Device,
  train: ImageSource,
  test: ImageSource,
  { seed = 0, epochs = usualEpochs(train.count), progress = () => {} }: ClassifierTraining = {},
): Promise<TrainedLeNet> {
  const { shape } = train
  const data = placeImages(device, train)
  const batch = batchFor(train.count)
  const stepsPerEpoch = Math.floor(train.count / batch)
  const total = epochs * stepsPerEpoch
  const learning = {
    network: lenet(shape, data.classes),
    optimizer: adam({ learningRate: warmUp(Math.ceil(stepsPerEpoch / 2), linear(learningRate, 0, total)) }),
    seed: literal([seed, 0], [2], 'i32'),
    batch,
    shift,
  }
  const start = initialClassifier(learning)
  const variables = new Map(
    leavesOf(start).map(([name, traced]) => [name, device.variable(`training.${name}`, traced.shape, traced.dtype)]),
  )
  const variable = (name: string): Variable => {
    const found = variables.get(name)
    if (found === undefined) throw new Error(`the training has no '${name}'`)
    return found
  }
  const next = classifierStep(
    learning,
    data,
    mapTree(start, (_, name) => variable(name).tensor),
  )
  const updatesTo = (state: ClassifierState) => leavesOf(state).map(([name, value]) => [variable(name), value] as const)
  await (await compile(device, { updates: updatesTo(start), report: {} })).run()
  const program = await compile(device, { updates: updatesTo(next.state), report: { loss: next.loss } })
  for (let done = 0; done < total;) {
    const losses = await program.run(Math.min(stride, total - done))
    done += losses.length
    progress(done, total, losses[losses.length - 1].loss)
  }

  const values = leavesOf(start.network).map(
    ([name]) => [name, readFloats(device, variable(`network.${name}`).tensor)] as const,
  )
  const learned = { shape, classes: data.classes, variables: new Map(values) }
  return { ...learned, accuracy: await accuracyOf(createClassifier(device, learned), test) }
}

/** How many classes labeled images belong to. Throws a UserError where they have no labels, or all the same one. */
export function classCountOf({ name, labels, classes }: Pick<ImageSource, 'name' | 'labels' | 'classes'>): number {
  if (labels === null) {
    throw new UserError(`${name} has no labels, and a classifier learns from them; give data that has them.`)
  }
  let largest = 0
  for (const label of labels) largest = Math.max(largest, label)
  const count = classes?.length ?? largest + 1
  if (count < 2) throw new UserError(`${name} is all of one class; a classifier needs two at least.`)
  return count
}

/** Puts images and labels on the device. */
function placeImages(device: Device, source: ImageSource): TrainingImages {
  const { name, count, shape, images, labels } = source
  const classes = classCountOf(source)
  if (count < batchFor(count)) {
    throw new UserError(`${name} has ${count} images; a classifier needs ${batchFor(count)} at least to learn from.`)
  }
  const placed = {
    images: device.variable('images', [count, ...shape], 'u8'),
    labels: device.variable('labels', [count], 'i32'),
  }
  write(device, placed.images, images)
  write(device, placed.labels, labels ?? [])
  return { images: placed.images.tensor, labels: placed.labels.tensor, classes }
}

/** The share of the images that a classifier names rightly. */
async function accuracyOf(classifier: Classifier, { name, images, shape, labels }: ImageSource): Promise<number> {
  if (labels === null) throw new UserError(`${name} has no labels, and a classifier is tested with them.`)
  const seen = likeliestClasses(await classifier.probabilities(imagesOfBytes(images, shape)))
  return seen.reduce((right, label, index) => right + Number(label === labels[index]), 0) / labels.length
}
