import type { OpenRun } from '../runs/run.ts'
import type { RunResult } from '../runs/train-run-node.ts'
import { durationText } from './number-text.ts'

/** What is said before a run. */
export function beginning({ options, plan, source, trainer, folder }: OpenRun): string {
  const { threads } = trainer.device.engine
  const [height, width] = source.shape
  const count = source.count.toLocaleString('en')
  return [
    `Training ${plan.recipe.name} on ${source.name}: ${count} images of ${height} x ${width}, batch ${plan.batch}`,
    `${threads} ${threads === 1 ? 'thread' : 'threads'}, seed ${options.seed}; everything goes to ${folder.path}`,
    'Ctrl-C ends the run early and keeps what it has learned.',
    '',
  ].join('\n')
}

/** What is said after it: where everything lies, and how to use it. */
export function ending({ options, plan, trainer, folder }: OpenRun, { step, seconds, reason }: RunResult): string {
  const { prior, dataShape, dataRange } = trainer.game
  const [height, width, channels] = dataShape
  const latent = prior.shape(dataShape).join(', ')
  const done = reason === 'signal' ? 'Stopped' : 'Done'
  const steps = `${step.toLocaleString('en')} ${step === 1 ? 'step' : 'steps'}`
  const rows = [
    ['pictures', `${folder.finalSamples}, and one every ${options.sampleEvery} steps`],
    ['model', folder.model],
    ['use it', 'const { images } = await session.run({ z })'],
    ['', 'with a session of onnxruntime-node or onnxruntime-web, where'],
    ['', `z is float [n, ${latent}], ${prior.name} noise, and`],
    [
      '',
      `images is float [n, ${channels}, ${height}, ${width}], ${dataRange === 'signed' ? -1 : 0} (dark) to 1 (light)`,
    ],
  ]
  return [
    '',
    `${done} after ${steps} (${(step / plan.stepsPerEpoch).toFixed(1)} epochs) in ${durationText(seconds)}.`,
    '',
    ...rows.map(([name, text]) => `  ${name.padEnd(10)}${text}`),
  ].join('\n')
}
