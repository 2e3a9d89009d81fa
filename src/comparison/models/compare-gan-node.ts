import { imageRangeOf } from '../../gan/game/game.ts'
import { imagesOfSamples, rowsOf } from '../../metrics/statistics/image-set.ts'
import type { ImageSet } from '../../metrics/statistics/image-set.ts'
import { sameShape } from '../../tensor/shape.ts'
import { UserError } from '../../tensor/errors.ts'
import { bestStep } from '../../runs/folder/best-step-node.ts'
import type { EvaluationProgress } from '../../features/evaluation-progress.ts'
import { isMeans } from '../../runs/folder/log-lines.ts'
import { closingOnError } from '../../runs/opening/open-run-node.ts'
import { readRecord } from '../../runs/folder/run-record-node.ts'
import { readLog } from '../../runs/folder/rewind-node.ts'
import { runFolderAt } from '../../runs/folder/run-folder.ts'
import { openSampler } from '../../runs/samples/run-sampler-node.ts'
import { classParzenWindows } from '../benchmark/class-parzen-windows.ts'
import type { BenchmarkData } from '../benchmark/benchmark-data-node.ts'
import type { ModelFindings } from './compare-baseline-node.ts'
import { timed } from './compare-baseline-node.ts'
import type { Benchmark } from '../benchmark/benchmark.ts'
import { bayesPredictor, namingScores } from '../benchmark/predictions.ts'
import type { Predictor } from '../benchmark/predictions.ts'

/** Measures all that can be measured of the GAN in a folder, by its best checkpoint, but how it does with few labels. */
export async function compareGan(
  path: string,
  benchmark: Benchmark,
  progress: EvaluationProgress,
): Promise<ModelFindings> {
  const { data, evaluator, testSets } = benchmark
  const { samples, milliseconds, isConditional } = await drawnFrom(path, benchmark, progress)
  const scores = await evaluator.score(samples, progress)
  progress('naming classes', 0, 0)
  const naming = isConditional ? await namingScores(await windowPredictor(benchmark, samples), testSets) : null
  const { seconds, rows, notes } = await factsOf(path, data)
  return {
    model: {
      kind: 'gan',
      rows,
      seconds,
      drawing: { ...scores, millisecondsPerSample: milliseconds, needsMarkovChain: false },
      naming: naming && { ...naming, fewLabels: [] },
      notes,
    },
    samples,
  }
}

/** What images are taken for, going by samples that are of all classes in turn. */
export async function windowPredictor({ data, evaluator }: Benchmark, samples: ImageSet): Promise<Predictor> {
  const classes = data.classes.count
  const labels = Int32Array.from({ length: samples.count }, (_, sample) => sample % classes)
  const { validation, validationLabels } = evaluator
  return bayesPredictor(
    await classParzenWindows(
      evaluator.device,
      { rows: rowsOf(samples), labels, classes },
      { rows: rowsOf(validation), labels: validationLabels, classes },
    ),
  )
}

/** A first few samples are drawn before the clock runs, as the generator is compiled then. */
const warmUp = 64

/** As many samples as are judged, and how long one takes. */
export async function drawnFrom(
  path: string,
  { data, evaluator: { count }, seed }: Benchmark,
  progress: EvaluationProgress,
) {
  progress('drawing samples', 0, 0)
  const { sample, game, classes, close } = await openSampler(path)
  const drawn = await closingOnError(close, async () => {
    await sample(warmUp, seed)
    const [values, seconds] = await timed(() => sample(count, seed))
    const samples: ImageSet = imagesOfSamples(values, data.training.shape, imageRangeOf(game))
    return { samples, milliseconds: (1000 * seconds) / count, isConditional: classes !== null }
  })
  await close()
  return drawn
}

/** From what a GAN learned, and for how long. */
async function factsOf(path: string, { training }: BenchmarkData) {
  const folder = runFolderAt(path)
  const { data } = await readRecord(folder)
  const last = (await readLog(folder)).findLast(isMeans)
  const isOther = data.fingerprint !== training.fingerprint()
  return {
    seconds: last?.seconds ?? 0,
    rows: data.count,
    notes: isOther ? [`The run in ${path} learned from ${data.name}, and the other models from ${training.name}.`] : [],
  }
}

/** The step that is going to be measured. Throws a UserError where a run cannot be set beside models of this data. */
export async function requireFitting(
  path: string,
  { name, training, classes, heldBack }: BenchmarkData,
): Promise<number> {
  const { data, model, options } = await readRecord(runFolderAt(path))
  if (!sameShape(model.shape, training.shape)) {
    throw new UserError(
      `The run in ${path} makes ${model.shape.length === 3 ? 'images' : 'points'} of ${model.shape.join(' x ')}, and ${name} has images of ${training.shape.join(' x ')}; give runs of that shape.`,
    )
  }
  if (model.classes !== null && model.classes !== classes.count) {
    throw new UserError(
      `The run in ${path} has learned ${model.classes} classes of ${data.name}, and ${name} has ${classes.count}; give runs with as many.`,
    )
  }
  const ownHeldBack = options.holdOut ?? 0
  if (options.data === name && ownHeldBack < heldBack) {
    throw new UserError(
      `The run in ${path} has learned from some of the ${heldBack} images that models of ${name} are judged by, as it held back ${ownHeldBack}; train it with --hold-out ${heldBack}.`,
    )
  }
  const step = await bestStep(runFolderAt(path))
  if (step === null) throw new UserError(`The run in ${path} has no checkpoint yet; wait for its first one.`)
  return step
}
