import type { Classes } from '../../data/classes.ts'
import { isImageShape } from '../../data/source.ts'
import type { PointSource, Source } from '../../data/source.ts'
import { openLoader } from '../../gan/loading/data-loader.ts'
import { exampleTable } from '../../gan/loading/example-table.ts'
import { classCountOf } from '../../gan/game/game.ts'
import type { Game } from '../../gan/game/game.ts'
import { statePlaceholders, variablesOfGeneration } from '../../gan/game/generation-state.ts'
import { createSampler } from '../../gan/sampling/sampler.ts'
import type { Sampler } from '../../gan/sampling/sampler.ts'
import type { Device, Variable } from '../../runtime/device.ts'
import { mapTree } from '../../tensor/tree.ts'
import { restore } from '../folder/checkpoint.ts'
import type { Checkpoint } from '../folder/checkpoint.ts'
import type { RunRecord } from '../folder/run-record.ts'
import { gameOf } from '../options/run-game.ts'
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

/** Where the generator of a run comes from. */
export interface SampledRun {
  readonly record: RunRecord
  readonly checkpoint: Checkpoint
  /** For messages: the file of the checkpoint. */
  readonly path: string
  /** Loads what the run learned from; called only where samples are made from it, or it is points, which are shown beside samples. */
  loadData(): Promise<Source>
}

/** The generator of a run on a device. Throws a UserError where the checkpoint does not fit the run. */
export async function samplerOf(
  device: Device,
  { record, checkpoint, path, loadData }: SampledRun,
): Promise<Omit<RunSampler, 'close'>> {
  const { options, data, model } = record
  const facts = { dataShape: model.shape, classes: data.classes?.count ?? null, fields: data.fields }
  const game = gameOf(options, planRun(options, data), facts, 0)
  const needed = variablesOfGeneration(game)
  const variables = new Map<string, Variable>()
  const state = mapTree(statePlaceholders(game), (placeholder, name) => {
    if (!needed.has(name)) return placeholder
    const variable = device.variable(name, placeholder.shape, placeholder.dtype)
    variables.set(name, variable)
    return variable.tensor
  })
  restore(device, variables, checkpoint.tensors, path)
  const { prior, given, imitates } = game.generation
  const reads = prior?.reads({ example: game.example, imitates }) ?? []
  const isFromExamples =
    prior?.drawsSamples === true || [...reads, ...Object.keys(given)].some((name) => name !== 'class')
  const source = isFromExamples || !isImageShape(model.shape) ? await loadData() : null
  const table = source && isFromExamples ? exampleTable(game, source) : null
  const columns = prior?.drawsSamples === true && table ? openLoader(device, game, table, 0).columns : null
  const count = classCountOf(game)
  return {
    ...createSampler(device, game, state, { columns, table }),
    game,
    step: checkpoint.facts.step,
    classes: count === null ? null : { count, names: data.classes?.names ?? null },
    real: source?.kind === 'points' ? source : null,
  }
}
