import { join } from 'node:path'
import { runFiles } from './run-files.ts'

/** Where the parts of a run lie. */
export interface RunFolder {
  /** The folder itself. */
  readonly path: string
  /** Everything that was decided when the run began. */
  readonly options: string
  /** What it told on the way, a JSON object in each line; see LogLine. */
  readonly log: string
  /** The folder of pictures. */
  readonly samples: string
  /** The picture after that many steps. */
  samplesAt(step: number): string
  /** The last picture. */
  readonly finalSamples: string
  /** Samples beside their nearest training images, where the run was evaluated. */
  readonly neighbors: string
  /** Samples on the way from latent to latent, where the run was evaluated. */
  readonly interpolations: string
  /** What the samples are worth, where the run was evaluated; see Evaluation. */
  readonly evaluation: string
  /** The folder of checkpoints. */
  readonly checkpoints: string
  /** The state after that many steps. */
  checkpointAt(step: number): string
  /** The trained generator, as ONNX. */
  readonly model: string
  /** What TensorBoard reads. */
  readonly tensorBoard: string
  /** The whole run as one page for people. */
  readonly report: string
}

export const runFolderAt = (path: string): RunFolder => ({
  path,
  options: join(path, runFiles.options),
  log: join(path, runFiles.log),
  samples: join(path, runFiles.samples),
  samplesAt: (step) => join(path, runFiles.samplesAt(step)),
  finalSamples: join(path, runFiles.finalSamples),
  neighbors: join(path, runFiles.neighbors),
  interpolations: join(path, runFiles.interpolations),
  evaluation: join(path, runFiles.evaluation),
  checkpoints: join(path, runFiles.checkpoints),
  checkpointAt: (step) => join(path, runFiles.checkpointAt(step)),
  model: join(path, runFiles.model),
  tensorBoard: join(path, runFiles.tensorBoard),
  report: join(path, runFiles.report),
})
