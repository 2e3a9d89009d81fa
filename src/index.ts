/**
 * Forger as a library for Node: games that are ready to train, the parts that they are made of, and the compiler beneath,
 * for steps of your own. See examples/.
 *
 * ```ts
 * import { composeGrid, createTrainer, imagesOf, loadSource, openDevice, recipes, writePicture } from 'forger-gan'
 *
 * const source = await loadSource('mnist')
 * const game = recipes.mlp.game({ ...recipes.mlp.defaults, dataShape: source.shape })
 * const device = await openDevice()
 * const trainer = await createTrainer(device, game, source)
 * const reports = await trainer.train(1000)
 * console.log(reports.at(-1))
 * await writePicture('digits.png', composeGrid(imagesOf(await trainer.sample(64), game)))
 * await device.close()
 * ```
 * @module forger-gan
 */
export { openNodeDevice as openDevice } from './runtime/open-node.ts'
export type { OpenOptions } from './runtime/open-node.ts'
export { loadSource } from './data/sources.ts'
export type {
  ImageShape,
  ImageSource,
  ImageStore,
  Labels,
  Modes,
  PointShape,
  PointSource,
  Preparing,
  Source,
  Split,
  StoredSource,
} from './data/source.ts'
export { writePicture } from './runs/picture-node.ts'

// A whole run in a folder of its own, as the command line has it.
export { openRun } from './runs/open-run-node.ts'
export { resumeRun } from './runs/resume-run-node.ts'
export type { RunChanges } from './runs/resume-run-node.ts'
export { trainRun } from './runs/train-run-node.ts'
export { openSampler } from './runs/sample-run-node.ts'
export type { RunSampler } from './runs/sample-run-node.ts'
export { evaluateRun } from './runs/evaluation/evaluate-run-node.ts'
export type { EvaluationOptions } from './runs/evaluation/evaluate-run-node.ts'
export type {
  ClassShare,
  Copies,
  Evaluation,
  Features,
  Measured,
  SampleSet,
  Score,
} from './runs/evaluation/evaluation.ts'
export type { MetricName } from './runs/evaluation/metrics.ts'
export type { EvaluationProgress } from './runs/evaluation/progress.ts'
export { compareModels } from './runs/comparison/compare-node.ts'
export type { Begun, Compared, CompareOptions } from './runs/comparison/compare-node.ts'
export { contestantNames } from './runs/comparison/contestants.ts'
export type { ContestantName } from './runs/comparison/contestants.ts'
export type * from './runs/comparison/comparison.ts'
export type { CopyingVerdict } from './metrics/copying.ts'
export type { WalkOptions, Walker } from './gan/walker.ts'
export type { RunEvent, RunResult } from './runs/event.ts'
export type { CheckLine, LogLine, MeansLine, SetbackLine } from './runs/log.ts'
export type { RunInput, RunOptions } from './runs/options.ts'
export type { RunPlan } from './runs/plan.ts'
export type { Progress } from './runs/progress.ts'
export type { OpenRun, Place } from './runs/run.ts'
export type { RunFolder } from './runs/run-folder.ts'
export { DivergedError } from './runs/diverged.ts'
export type { Sampler } from './gan/sampler.ts'
export type { Classes } from './runs/classes.ts'

export * from './library.ts'
