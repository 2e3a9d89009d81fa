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
export { createNodeTrainer as createTrainer, loadNodeTrainer as loadTrainer } from './training/trainer-node.ts'
export type { NodeTrainer } from './training/trainer-node.ts'
export { loadSource } from './data/sources.ts'
/** Data sets from arrays, from examples that come one by one, and from folders of pictures. */
export * as datasets from './data/datasets-node.ts'
export type { FolderOptions } from './data/from-folder-node.ts'
export type { PictureSize } from './data/picture-size.ts'
export { writePicture } from './files/write-picture-node.ts'
export { loadReferenceStatistics, saveReferenceStatistics } from './features/statistics-file-node.ts'

// A whole run in a folder of its own, as the command line has it.
export { openRun } from './runs/opening/open-run-node.ts'
export { resumeRun } from './training/resume-run-node.ts'
export type { RunChanges } from './training/resume-run-node.ts'
export { trainRun } from './training/train-run-node.ts'
export type { Callback, CallbackContext, TrainRunOptions } from './training/callbacks.ts'
export { openSampler } from './runs/samples/run-sampler-node.ts'
export { evaluateRun } from './report/evaluate-run-node.ts'
export type { EvaluationOptions } from './evaluation/evaluate-generator-node.ts'
export type { ClassShare, Copies, Evaluation, Features, Measured, SampleSet, Score } from './evaluation/evaluation.ts'
export type { MetricName } from './evaluation/metric-table.ts'
export type { EvaluationProgress } from './features/evaluation-progress.ts'
export { compareModels } from './comparison/compare-models-node.ts'
export type { Begun, Compared, CompareOptions } from './comparison/compare-models-node.ts'
export { benchmarkModelNames } from './comparison/models/benchmark-models.ts'
export type { BenchmarkModelName } from './comparison/models/benchmark-models.ts'
export type * from './comparison/results/comparison.ts'
export type { CopyingVerdict } from './metrics/copying-test.ts'
export type { RunEvent, RunResult } from './training/run-event.ts'
export type { CheckLine, LogLine, MeansLine, RollbackLine } from './runs/folder/log-lines.ts'
export type { RunInput, RunOptions } from './runs/options/run-options.ts'
export type { RunPlan } from './runs/options/run-plan.ts'
export type { Progress } from './training/run-progress.ts'
export type { OpenRun, RunPosition } from './runs/opening/open-run.ts'
export type { FirstWeights } from './runs/opening/first-weights.ts'
export type { RateChange } from './runs/options/learning-rates.ts'
export type { RunFolder } from './runs/folder/run-folder.ts'
export { DivergedError } from './training/diverged-error.ts'
export type { Classes } from './data/classes.ts'

export * from './library.ts'
