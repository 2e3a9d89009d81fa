/** The names of the files of a run within its folder, with slashes between. */
export const runFiles = {
  options: 'options.json',
  log: 'log.jsonl',
  samples: 'samples',
  samplesAt: (step: number) => `samples/step-${sixDigits(step)}.png`,
  finalSamples: 'samples/final.png',
  neighbors: 'samples/neighbors.png',
  interpolations: 'samples/walks.png',
  evaluation: 'evaluation.json',
  checkpoints: 'checkpoints',
  checkpointAt: (step: number) => `checkpoints/step-${sixDigits(step)}.safetensors`,
  model: 'generator.onnx',
  tensorBoard: 'events.out.tfevents.forger',
  report: 'report.html',
} as const

const sixDigits = (step: number): string => String(step).padStart(6, '0')

/** The step in the name of a picture or a checkpoint; null for other files. */
export function stepOf(name: string): number | null {
  const digits = /^step-(\d{6,15})\.(?:png|safetensors)$/.exec(name)?.[1]
  return digits === undefined ? null : Number(digits)
}
