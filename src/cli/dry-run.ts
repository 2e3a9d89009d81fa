import type { FirstWeights } from '../runs/opening/first-weights.ts'
import { readWeights } from '../runs/opening/first-weights-node.ts'
import { prepareRun } from '../runs/opening/open-run-node.ts'
import type { RunOptions } from '../runs/options/run-options.ts'
import { sizeOf } from '../tensor/shape.ts'
import { firstWeightsText } from './text/first-weights-text.ts'
import { countText, durationText, quantityText } from './terminal/number-text.ts'
import { preparingLine } from './terminal/preparing-line.ts'

/** Steps that are timed, after as many that are not: the first ones are slow. */
const trialSteps = 10

/** `forger train --dry-run`: tells what would run, after a trial of a few steps; writes nothing. */
export async function tryRun(options: RunOptions, json: boolean): Promise<void> {
  const weights = await readWeights(options.from)
  const { plan, source, heldOut, trainer, first, close } = await prepareRun(options, {
    weights,
    progress: preparingLine(process.stderr),
  })
  try {
    await trainer.train(trialSteps)
    const begin = performance.now()
    await trainer.train(trialSteps)
    const secondsPerStep = (performance.now() - begin) / 1000 / trialSteps
    const { engine, accelerator } = trainer.device
    const { steps, seconds } = plan.limits
    const findings = {
      recipe: plan.recipe.name,
      data: source.name,
      images: source.count,
      shape: source.shape,
      from: first,
      batch: plan.batch,
      learningRate: plan.learningRate,
      parameters: { generator: parametersOf('generator'), discriminator: parametersOf('discriminator') },
      device: accelerator?.name ?? 'cpu',
      threads: engine.threads,
      memoryBytes: engine.memory.buffer.byteLength,
      checkpointBytes: [...trainer.variables.values()].reduce((sum, { tensor }) => sum + 4 * sizeOf(tensor.shape), 0),
      stepsPerSecond: 1 / secondsPerStep,
      steps,
      stopsByItself: heldOut !== null,
      seconds: Math.min(seconds ?? Infinity, (steps ?? Infinity) * secondsPerStep),
    }
    console.log(json ? JSON.stringify(findings) : textOf(findings))

    function parametersOf(player: string): number {
      return [...trainer.variables]
        .filter(([name]) => name.startsWith(`${player}.parameters.`))
        .reduce((sum, [, { tensor }]) => sum + sizeOf(tensor.shape), 0)
    }
  } finally {
    await close()
  }
}

interface Findings {
  readonly recipe: string
  readonly data: string
  readonly images: number
  readonly shape: readonly number[]
  /** Null where it begins with fresh weights. */
  readonly from: FirstWeights | null
  readonly batch: number
  readonly learningRate: number
  readonly parameters: { readonly generator: number; readonly discriminator: number }
  readonly device: string
  readonly threads: number
  readonly memoryBytes: number
  readonly checkpointBytes: number
  readonly stepsPerSecond: number
  readonly steps: number | null
  /** Before its limits, perhaps: those are for `steps` and `seconds` to say. */
  readonly stopsByItself: boolean
  readonly seconds: number
}

function textOf(found: Findings): string {
  const { generator, discriminator } = found.parameters
  const reached = Math.round(found.seconds * found.stepsPerSecond)
  const rows = [
    ['recipe', `${found.recipe}, batch ${found.batch}, learning rate ${found.learningRate}`],
    ['players', `generator ${quantityText(generator)}, discriminator ${quantityText(discriminator)} parameters`],
    ['data', `${found.data}: ${countText(found.images, found.shape)}`],
    ...(found.from === null ? [] : [['weights', firstWeightsText(found.from)]]),
    ...(found.device === 'cpu' ? [] : [['device', found.device]]),
    ['memory', `${megabytes(found.memoryBytes)} for ${found.threads} threads, data and state together`],
    ['checkpoint', `${megabytes(found.checkpointBytes)} each`],
    ['speed', `${found.stepsPerSecond.toFixed(1)} steps a second (${trialSteps} steps were timed)`],
    [
      'duration',
      `${found.stopsByItself ? 'at most ' : ''}${durationText(found.seconds)} for about ${reached.toLocaleString('en')} steps`,
    ],
  ]
  return [
    'This would run; nothing was written.',
    '',
    ...rows.map(([name, text]) => `  ${name.padEnd(12)}${text}`),
  ].join('\n')
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`
