import { isImageShape } from '../data/source.ts'
import type { DataRange } from '../gan/data.ts'
import type { RunResult } from '../runs/event.ts'
import type { SetbackLine } from '../runs/log.ts'
import type { OpenRun } from '../runs/run.ts'
import type { Shape } from '../tensor/tensor.ts'
import { countText, durationText } from './number-text.ts'

/** What is said before a run. */
export function beginning({ options, plan, source, trainer, folder, start }: OpenRun): string {
  const { threads } = trainer.device.engine
  const what = start.step === 0 ? `Training ${plan.recipe.name}` : `Going on with ${plan.recipe.name}`
  return [
    `${what} on ${source.name}: ${countText(source.count, source.shape)}, batch ${plan.batch}`,
    `${threads} ${threads === 1 ? 'thread' : 'threads'}, seed ${options.seed}; everything goes to ${folder.path}`,
    ...source.notes,
    ...(start.step === 0 ? [] : [`From step ${start.step}, after ${durationText(start.seconds)} of training.`]),
    'Ctrl-C ends the run early and keeps what it has learned.',
    '',
  ].join('\n')
}

/** What is said after it: where everything lies, and how to use it. */
export function ending({ options, plan, trainer, folder }: OpenRun, { step, seconds, reason }: RunResult): string {
  const { prior, dataShape, dataRange, condition } = trainer.game
  const inputs = condition ? '{ z, label }' : '{ z }'
  const latent = prior.shape(dataShape).join(', ')
  const done = reason === 'signal' ? 'Stopped' : 'Done'
  const steps = `${step.toLocaleString('en')} ${step === 1 ? 'step' : 'steps'}`
  const rows = [
    ['report', folder.report],
    ['pictures', `${folder.finalSamples}, and one every ${options.sampleEvery} steps`],
    ['model', folder.model],
    ['use it', `const { ${isImageShape(dataShape) ? 'images' : 'points'} } = await session.run(${inputs})`],
    ['', 'with a session of onnxruntime-node or onnxruntime-web, where'],
    ['', `z is float [n, ${latent}], ${prior.name} noise,${condition ? '' : ' and'}`],
    ...(condition ? [['', `label is int64 [n], each from 0 to ${condition.classes - 1}, and`]] : []),
    ['', outputText(dataShape, dataRange)],
    ['draw more', `forger sample ${folder.path} --count 64 --seed 1 --out grid.png`],
    ['go on', `forger resume ${folder.path}${reason === 'signal' ? '' : ` --${furtherLimit(step, seconds, reason)}`}`],
  ]
  return [
    '',
    `${done} after ${steps} (${(step / plan.stepsPerEpoch).toFixed(1)} epochs) in ${durationText(seconds)}.`,
    '',
    ...rows.map(([name, text]) => `  ${name.padEnd(11)}${text}`),
  ].join('\n')
}

function outputText(shape: Shape, range: DataRange): string {
  if (!isImageShape(shape)) return `points is float [n, ${shape.join(', ')}]`
  const [height, width, channels] = shape
  return `images is float [n, ${channels}, ${height}, ${width}], ${range === 'signed' ? -1 : 0} (dark) to 1 (light)`
}

/** Twice as far, as an option. */
const furtherLimit = (step: number, seconds: number, reason: RunResult['reason']): string =>
  reason === 'steps' ? `steps ${2 * step}` : `minutes ${Math.ceil(seconds / 30)}`

/** What is said when a run went back. */
export const setbackText = ({ setback, backTo, learningRate }: SetbackLine): string =>
  `${setback}\nGoing on from step ${backTo} with learning rate ${learningRate}.\n`
