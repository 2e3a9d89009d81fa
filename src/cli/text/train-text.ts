import { isImageShape } from '../../data/source.ts'
import { classCountOf, latentShapeOf, sampleRangeOf } from '../../gan/game/game.ts'
import { inputNameOf } from '../../gan/game/generation-state.ts'
import type { DataRange } from '../../tensor/fields.ts'
import { furtherPatience } from '../../gan/training/stop-rule.ts'
import type { RunResult } from '../../training/run-event.ts'
import type { RollbackLine } from '../../runs/folder/log-lines.ts'
import { learningRateAfter } from '../../runs/options/run-game.ts'
import type { RunOptions } from '../../runs/options/run-options.ts'
import type { OpenRun } from '../../runs/opening/open-run.ts'
import type { Shape } from '../../tensor/tensor.ts'
import { firstWeightsText } from './first-weights-text.ts'
import { outcomeLines } from './check-text.ts'
import { countText, durationText } from '../terminal/number-text.ts'

/** What is said before a run. */
export function beginning(run: OpenRun): string {
  const { options, plan, source, trainer, folder, start, first } = run
  const { accelerator, engine } = trainer.device
  const threads = `${engine.threads} ${engine.threads === 1 ? 'thread' : 'threads'}`
  const where = accelerator === null ? threads : `${accelerator.name} and ${threads}`
  const what = start.step === 0 ? `Training ${plan.recipe.name}` : `Going on with ${plan.recipe.name}`
  return [
    `${what} on ${source.name}: ${countText(source.count, source.shape)}, batch ${plan.batch}`,
    `${where}, seed ${options.seed}; everything goes to ${folder.path}`,
    ...source.notes,
    ...(first === null ? [] : [firstWeightsText(first)]),
    ...(start.step === 0 ? [] : [`From step ${start.step}, after ${durationText(start.seconds)} of training.`]),
    ...(plan.present.learningRate === plan.learningRate
      ? []
      : [`Learning rate ${learningRateAfter(run.rollbacks, plan)}; the run began with ${plan.learningRate}.`]),
    ...checksLine(run),
    'Ctrl-C ends the run early and keeps what it has learned.',
    '',
  ].join('\n')
}

/** When the run stops by itself; nothing where it runs to a limit. */
function checksLine({ options, source, heldOut }: OpenRun): string[] {
  if (heldOut === null) return []
  const features =
    source.kind === 'points'
      ? ''
      : `, by features of ${options.checkFeatures === 'forger-lenet' ? 'forger-lenet' : 'a random network'}`
  return [
    `Evaluated every ${countedSteps(options.checkEvery)} against ${heldOut.name}${features}; stops after ${options.patience} evaluations (later 20% of them) without improvement.`,
  ]
}

/** What is said after it: where everything lies, and how to use it. */
export function ending({ options, plan, trainer, folder }: OpenRun, result: RunResult): string {
  const { step, seconds, reason } = result
  const { game } = trainer
  const { prior, sample, given } = game.generation
  const classes = classCountOf(game)
  const latent = latentShapeOf(game)
  const inputs = [...(latent ? ['z'] : []), ...Object.keys(given).map(inputNameOf)]
  const others = Object.entries(given).filter(([name]) => name !== 'class')
  const done = reason === 'signal' ? 'Stopped' : 'Done'
  const rows = [
    ['report', folder.report],
    ['pictures', `${folder.finalSamples}, and one every ${options.sampleEvery} steps`],
    ['model', folder.model],
    [
      'use it',
      `const { ${isImageShape(sample.shape) ? 'images' : 'points'} } = await session.run({ ${inputs.join(', ')} })`,
    ],
    ['', 'with a session of onnxruntime-node or onnxruntime-web, where'],
    ...(latent
      ? [
          [
            '',
            `z is float [n, ${latent.join(', ')}], ${latentText(prior?.name ?? '')},${inputs.length > 1 ? '' : ' and'}`,
          ],
        ]
      : []),
    ...(classes === null ? [] : [['', `label is int64 [n], each from 0 to ${classes - 1}, and`]]),
    ...others.map(([name, { shape }]) => ['', `${name} is [n, ${channelsFirst(shape).join(', ')}], and`]),
    ['', outputText(sample.shape, sampleRangeOf(game))],
    ['draw more', `forger sample ${folder.path} --count 64 --seed 1 --out grid.png`],
    ['go on', `forger resume ${folder.path}${furtherLimit(result, options)}`],
  ]
  return [
    '',
    `${done} after ${countedSteps(step)} (${(step / plan.stepsPerEpoch).toFixed(1)} epochs) in ${durationText(seconds)}.`,
    ...outcomeLines(result),
    '',
    ...rows.map(([name, text]) => `  ${name.padEnd(11)}${text}`),
  ].join('\n')
}

/** What a latent is, by the name of its prior. */
const latentText = (prior: string): string =>
  ({
    normal: 'normal noise',
    uniform: 'uniform noise',
    field: 'taken from the example',
    corruptedExample: 'a corrupted example',
  })[prior] ?? `drawn from the prior ${prior}`

/** As exported models have images. */
const channelsFirst = (shape: Shape): Shape => (isImageShape(shape) ? [shape[2], shape[0], shape[1]] : shape)

function outputText(shape: Shape, range: DataRange | null): string {
  if (!isImageShape(shape)) return `points is float [n, ${shape.join(', ')}]`
  const [height, width, channels] = shape
  return `images is float [n, ${channels}, ${height}, ${width}], ${range === 'signed' ? -1 : 0} (dark) to 1 (light)`
}

/** Twice as far, as an option. */
const furtherLimit = ({ step, seconds, reason, judgement }: RunResult, { patience }: RunOptions): string =>
  ({
    signal: '',
    stopped: ` --patience ${furtherPatience(patience, judgement)}`,
    steps: ` --steps ${2 * step}`,
    time: ` --minutes ${Math.ceil(seconds / 30)}`,
  })[reason]

const countedSteps = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'step' : 'steps'}`

/** What is said when a run went back. */
export const rollbackText = ({ rollback, backTo, learningRate }: RollbackLine): string =>
  `${rollback}\nGoing on from step ${backTo} with learning rate ${learningRate}.\n`
