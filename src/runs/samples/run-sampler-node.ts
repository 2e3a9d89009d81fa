import { isImageShape } from '../../data/source.ts'
import type { PointSource } from '../../data/source.ts'
import { openFeed } from '../../gan/feed.ts'
import type { Game } from '../../gan/game.ts'
import { shownGenerator } from '../../gan/generate.ts'
import { initialState } from '../../gan/initial-state.ts'
import { createSampler } from '../../gan/sampler.ts'
import type { Sampler } from '../../gan/sampler.ts'
import { createWalker } from '../../gan/walker.ts'
import type { Walker } from '../../gan/walker.ts'
import type { Variable } from '../../runtime/device.ts'
import { literal } from '../../tensor/operations/index.ts'
import { mapTree } from '../../tensor/tree.ts'
import { UserError } from '../../tensor/errors.ts'
import { bestStep } from '../folder/best-step-node.ts'
import { checkpointSteps, readCheckpoint, restore } from '../folder/checkpoint-node.ts'
import { identityOf } from '../folder/run-identity.ts'
import type { Classes } from '../../data/classes.ts'
import { closingOnError } from '../opening/open-run-node.ts'
import { planRun } from '../options/run-plan.ts'
import { readRecord } from '../folder/run-record-node.ts'
import { trainingDataOf } from '../opening/run-data-node.ts'
import { runFolderAt } from '../folder/run-folder.ts'
import { gameOf, openThreadsFor } from '../opening/open-trainer-node.ts'

/** The generator of a run, ready to draw. */
export interface RunSampler {
  /** The run's game, for `imagesOf`. */
  readonly game: Game
  /** The step of the checkpoint that it comes from. */
  readonly step: number
  /** The classes that it can be asked for; null where it has learned none. */
  readonly classes: Classes | null
  /** Draws samples, in the data's range. */
  readonly sample: Sampler
  /** Walks from latent to latent. */
  readonly walk: Walker
  /** What it was trained on, where that is points. */
  readonly real: PointSource | null
  /** Ends its threads. */
  close(): Promise<void>
}

/**
 * Opens the generator of a run's best checkpoint (or that of a step) for drawing, see `bestStep`; the run may be training meanwhile. Data is only loaded
 * where latents are made of it, or where it is points, which are shown beside samples. Throws a UserError where there is no such run or checkpoint.
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
    const game = gameOf(options, plan, { shape: model.shape, classes: data.classes }, 0)
    const generator = shownGenerator(game, initialState(game, literal([0, 0], [2], 'i32')))
    const variables = new Map<string, Variable>()
    const prefix = game.averageDecay === null ? 'generator' : 'average'
    const placed = mapTree(generator, ({ shape, dtype }, name) => {
      const variable = device.variable(`${prefix}.${name}`, shape, dtype)
      variables.set(variable.name, variable)
      return variable.tensor
    })
    restore(device, variables, tensors, checkpoint)
    const isOfPoints = !isImageShape(model.shape)
    const source = game.prior.fromData || isOfPoints ? await trainingDataOf(options) : null
    const samples = game.prior.fromData && source ? openFeed(device, game, source, null, 0).samples.tensor : null
    const sample = createSampler(device, game, placed, samples)
    const walk = createWalker(device, game, placed, samples)
    const classes = game.condition ? { count: game.condition.classes, names: data.classes?.names ?? null } : null
    return { game, step, classes, sample, walk, real: source?.kind === 'points' ? source : null, close }
  })
}
