import { isImageShape } from '../../data/source.ts'
import type { PointSource } from '../../data/source.ts'
import type { Classes } from '../../data/classes.ts'
import { openLoader } from '../../gan/data-loader.ts'
import { exampleTable } from '../../gan/example-table.ts'
import { classCountOf } from '../../gan/game.ts'
import type { Game } from '../../gan/game.ts'
import { statePlaceholders, variablesOfGeneration } from '../../gan/generation-state.ts'
import { createSampler } from '../../gan/sampler.ts'
import type { Sampler } from '../../gan/sampler.ts'
import type { Variable } from '../../runtime/device.ts'
import { UserError } from '../../tensor/errors.ts'
import { mapTree } from '../../tensor/tree.ts'
import { bestStep } from '../folder/best-step-node.ts'
import { checkpointSteps, readCheckpoint, restore } from '../folder/checkpoint-node.ts'
import { identityOf } from '../folder/run-identity.ts'
import { runFolderAt } from '../folder/run-folder.ts'
import { readRecord } from '../folder/run-record-node.ts'
import { closingOnError } from '../opening/open-run-node.ts'
import { gameOf, openThreadsFor } from '../opening/open-trainer-node.ts'
import { trainingDataOf } from '../opening/run-data-node.ts'
import { planRun } from '../options/run-plan.ts'

/** The generator of a run, ready to draw. */
export interface RunSampler extends Sampler {
  /** The run's game, for `imagesOf`. */
  readonly game: Game
  /** The step of the checkpoint that it comes from. */
  readonly step: number
  /** The classes that it can be asked for; null where it has learned none. */
  readonly classes: Classes | null
  /** What it was trained on, where that is points. */
  readonly real: PointSource | null
  /** Ends its threads. */
  close(): Promise<void>
}

/**
 * Opens the generator of a run's best checkpoint (or that of a step) for drawing, see `bestStep`; the run may be training meanwhile.
 * Data is loaded only where samples are made from it, or where it is points, which are shown beside samples. Throws a UserError where
 * there is no such run or checkpoint.
 */
export async function openSampler(path: string, wantedStep?: number): Promise<RunSampler> {
  const folder = runFolderAt(path)
  const { options, data, model } = await readRecord(folder)
  const steps = await checkpointSteps(folder)
  const step = wantedStep ?? (await bestStep(folder))
  if (step === null) throw new UserError(`The run in ${path} has no checkpoint yet; wait for its first one.`)
  if (!steps.includes(step)) {
    throw new UserError(`The run in ${path} has no checkpoint of step ${step}; it has ${steps.join(', ') || 'none'}.`)
  }
  const checkpoint = folder.checkpointAt(step)
  const plan = planRun(options, data)
  const { tensors } = await readCheckpoint(checkpoint, identityOf(options, plan, data.fingerprint))
  const device = await openThreadsFor(options)
  const close = () => device.engine.close()
  return closingOnError(close, async () => {
    const game = gameOf(
      options,
      plan,
      { dataShape: model.shape, classes: data.classes?.count ?? null, fields: data.fields },
      0,
    )
    const needed = variablesOfGeneration(game)
    const variables = new Map<string, Variable>()
    const state = mapTree(statePlaceholders(game), (placeholder, name) => {
      if (!needed.has(name)) return placeholder
      const variable = device.variable(name, placeholder.shape, placeholder.dtype)
      variables.set(name, variable)
      return variable.tensor
    })
    restore(device, variables, tensors, checkpoint)
    const { generation, example } = game
    const reads = generation.prior?.reads({ example, imitates: generation.imitates }) ?? []
    const isFromExamples = [...reads, ...Object.keys(generation.given)].some((name) => name !== 'class')
    const drawsSamples = generation.prior?.drawsSamples === true
    const isOfPoints = !isImageShape(model.shape)
    const source = drawsSamples || isFromExamples || isOfPoints ? await trainingDataOf(options) : null
    const table = source && (drawsSamples || isFromExamples) ? exampleTable(game, source) : null
    const columns = drawsSamples && table ? openLoader(device, game, table, 0).columns : null
    const sampler = createSampler(device, game, state, { columns, table })
    const count = classCountOf(game)
    const classes = count === null ? null : { count, names: data.classes?.names ?? null }
    return { ...sampler, game, step, classes, real: source?.kind === 'points' ? source : null, close }
  })
}
