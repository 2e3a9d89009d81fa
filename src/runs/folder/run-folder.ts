import { join } from 'node:path'

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
  readonly walks: string
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
  options: join(path, 'options.json'),
  log: join(path, 'log.jsonl'),
  samples: join(path, 'samples'),
  samplesAt: (step) => join(path, 'samples', `step-${sixDigits(step)}.png`),
  finalSamples: join(path, 'samples', 'final.png'),
  neighbors: join(path, 'samples', 'neighbors.png'),
  walks: join(path, 'samples', 'walks.png'),
  evaluation: join(path, 'evaluation.json'),
  checkpoints: join(path, 'checkpoints'),
  checkpointAt: (step) => join(path, 'checkpoints', `step-${sixDigits(step)}.safetensors`),
  model: join(path, 'generator.onnx'),
  tensorBoard: join(path, 'events.out.tfevents.forger'),
  report: join(path, 'report.html'),
})

const sixDigits = (step: number): string => String(step).padStart(6, '0')

/** The step in the name of a picture or a checkpoint; null for other files. */
export function stepOf(name: string): number | null {
  const digits = /^step-(\d{6,15})\.(?:png|safetensors)$/.exec(name)?.[1]
  return digits === undefined ? null : Number(digits)
}
