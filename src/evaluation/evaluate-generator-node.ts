import { hasTestPart, loadSource } from '../data/sources.ts'
import { sameShape, sizeOf } from '../tensor/shape.ts'
import { UserError } from '../tensor/errors.ts'
import { closingOnError } from '../runs/opening/open-run-node.ts'
import type { RunOptions } from '../runs/options/run-options.ts'
import { writePicture } from '../files/write-picture-node.ts'
import { readRecord } from '../runs/folder/run-record-node.ts'
import { partsOf } from '../runs/opening/run-data-node.ts'
import { fewestSamples } from '../runs/opening/settled-options.ts'
import { runFolderAt } from '../runs/folder/run-folder.ts'
import { drawInterpolations } from '../runs/samples/draw-interpolations.ts'
import { openSampler } from '../runs/samples/run-sampler-node.ts'
import { imagesOf } from '../runs/samples/sample-images.ts'
import { openThreadsFor } from '../runs/opening/open-trainer-node.ts'
import { chooseSamples } from './choose-samples.ts'
import type { LoadedSamples } from './choose-samples.ts'
import type { Evaluation } from './evaluation.ts'
import { writeEvaluation } from './evaluation-file-node.ts'
import { evaluateImages } from './evaluate-images-node.ts'
import { evaluatePoints } from './evaluate-points.ts'
import { interpolationPicture, interpolationSize } from './evaluation-pictures.ts'
import type { ChosenSamples, Findings } from './evaluated-samples.ts'
import type { EvaluationProgress } from '../features/evaluation-progress.ts'
import { readFeatures } from '../features/open-features-node.ts'

/** How a run is evaluated. */
export interface EvaluationOptions {
  /** The step of a checkpoint; default the best one, see `openSampler`. */
  readonly step?: number | undefined
  /** How many samples are judged, beside as many real ones; default 10,000. Fewer where there are fewer real ones, or where they are large. */
  readonly count?: number
  /** Which samples, and which real ones: a whole number in [0, 2^31), default 0. */
  readonly seed?: number
  /**
   * By what images are compared: 'forger-lenet' (a classifier that is trained on the data once and kept), 'random-network', or the path of a
   * feature network as ONNX, such as Inception. Default: forger-lenet where the data is labeled, else the random network.
   */
  readonly features?: string | undefined
  /** Which pixels a network in a file takes, where it does not say: 'unit', 'signed', 'bytes', 'imagenet' or 'tensorflow'. */
  readonly range?: string | undefined
  /** Which value of such a network the features are, by its name in the file; default its first output. */
  readonly featureOutput?: string | undefined
  /** Real samples to judge by, as `loadSource` takes them; default the test part of the run's data, or what it held back. */
  readonly data?: string | undefined
}

const choiceNote =
  'The checkpoint was chosen by some of the same held-out samples, which makes its numbers a little too good; --data judges by others.'

/** Samples are drawn so many at a time. */
const portion = 1000

/**
 * Evaluates the generator of a run by samples of a kept checkpoint, each metric beside its value for real training samples in their place.
 * Writes evaluation.json and, of images, samples/neighbors.png and samples/walks.png. Throws a UserError where there is no such run or
 * checkpoint, where there are too few real samples or none, or where a file of features does not fit.
 */
export async function evaluateGenerator(
  path: string,
  { step, count = 10_000, seed = 0, features, range, featureOutput, data }: EvaluationOptions,
  progress: EvaluationProgress,
): Promise<Evaluation> {
  if (!(Number.isInteger(count) && count >= fewestSamples)) {
    throw new UserError(`An evaluation takes ${fewestSamples} samples at least, not ${count}.`)
  }
  const folder = runFolderAt(path)
  const { options, data: recorded } = await readRecord(folder)
  const wanted = await readFeatures(features, {
    ...(range === undefined ? {} : { range }),
    ...(featureOutput === undefined ? {} : { output: featureOutput }),
  })
  const sampler = await openSampler(path, step)
  const drawn = await closingOnError(sampler.close, async () => {
    const loaded = await loadParts(options, data, progress)
    const { training } = loaded
    if (training.fingerprint() !== recorded.fingerprint) {
      throw new UserError(`The data ${training.name} is not what the run in ${path} learned from; put it back.`)
    }
    const chosen = chooseSamples(loaded, { count, seed })
    const samples = await drawSamples(sampler.sample, chosen.count, { seed, size: sizeOf(training.shape) }, progress)
    const between =
      training.kind === 'points'
        ? null
        : await drawInterpolations(sampler, sampler.game, { ...interpolationSize, seed })
    return { chosen, samples, interpolations: between && imagesOf(between, sampler.game) }
  })
  await sampler.close()
  const { chosen, samples } = drawn
  const device = await openThreadsFor(options)
  const findings = await closingOnError(device.engine.close, () =>
    chosen.training.kind === 'points'
      ? evaluatePoints(device, chosen, samples, seed, progress)
      : evaluateImages(device, chosen, { samples, game: sampler.game }, { features: wanted, seed }, progress),
  )
  await device.engine.close()
  // A run that stops by itself keeps what came nearest to these very samples.
  const isOwnChoice = options.stop === 'auto' && step === undefined && data === undefined
  const selection = isOwnChoice ? [choiceNote] : []
  const evaluation = evaluationOf(chosen, findings, { step: sampler.step, seed, selection })
  progress('writing the report', 0, 0)
  if (findings.neighbors) await writePicture(folder.neighbors, findings.neighbors)
  if (drawn.interpolations) await writePicture(folder.interpolations, interpolationPicture(drawn.interpolations))
  await writeEvaluation(folder, evaluation)
  return evaluation
}

/** Throws a UserError where nothing real is there to judge by. */
async function loadParts(
  options: RunOptions,
  data: string | undefined,
  progress: EvaluationProgress,
): Promise<LoadedSamples> {
  const stage = 'preparing images'
  const preparing = (done: number, total: number) => progress(stage, done, total)
  const hasOwn = (options.holdOut ?? 0) > 0 || (await hasTestPart(options.data))
  if (!hasOwn && data === undefined) {
    throw new UserError(
      `"${options.data}" has no separate test part, and nothing of it was held back when the run began; name real samples to judge by with --data.`,
    )
  }
  const { whole, training, heldOut } = await partsOf(options, preparing)
  const named =
    data === undefined ? null : await loadSource(data, (await hasTestPart(data)) ? 'test' : 'train', preparing)
  const test = named ?? heldOut
  if (test === null) throw new Error('nothing to judge by')
  if (!sameShape(test.shape, training.shape)) {
    throw new UserError(
      `${test.name} has samples of ${test.shape.join(' x ')}, and the run makes ${training.shape.join(' x ')}; give data of that shape.`,
    )
  }
  if (named !== null && [training, whole].some((source) => source.fingerprint() === test.fingerprint())) {
    const remedy = hasOwn
      ? 'leave --data out to judge it by what was kept from it'
      : 'judge it by data that it has not seen'
    throw new UserError(`${test.name} is what the run learned from; ${remedy}.`)
  }
  return { training, heldOut, test, data: options.data }
}

/** In portions, so that there is something to tell. */
async function drawSamples(
  sample: (count: number, seed: number, options: { first: number }) => Promise<Float32Array>,
  count: number,
  { seed, size }: { seed: number; size: number },
  progress: EvaluationProgress,
): Promise<Float32Array> {
  const samples = new Float32Array(count * size)
  for (let first = 0; first < count; first += portion) {
    progress('drawing samples', first, count)
    samples.set(await sample(Math.min(portion, count - first), seed, { first }), first * size)
  }
  return samples
}

const evaluationOf = (
  { training, test, rows, count, notes }: ChosenSamples,
  judged: Findings,
  { step, seed, selection }: { step: number; seed: number; selection: readonly string[] },
): Evaluation => ({
  version: 1,
  time: new Date().toISOString(),
  step,
  seed,
  generated: count,
  test: { name: test.name, count: rows.test.length },
  training: { name: training.name, count: training.count },
  searched: judged.searched,
  features: judged.features,
  scores: judged.scores,
  classes: judged.classes,
  copies: judged.copies,
  notes: [...selection, ...notes, ...judged.notes],
})
