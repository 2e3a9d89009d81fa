import type { LayerVariables } from '../nn/layer.ts'
import { compile } from '../runtime/compile.ts'
import type { Program } from '../runtime/compile.ts'
import { read } from '../runtime/device.ts'
import type { Device, Variable } from '../runtime/device.ts'
import { UserError } from '../tensor/errors.ts'
import { literal } from '../tensor/operations/index.ts'
import { leavesOf, mapTree } from '../tensor/tree.ts'
import { openFeed } from './feed.ts'
import type { TrainingData } from './feed.ts'
import type { Game, GameState, Report } from './game.ts'
import { shownGenerator } from './generate.ts'
import { initialState } from './initial-state.ts'
import { createSampler } from './sampler.ts'
import type { SampleOptions } from './sampler.ts'
import { wordsOf } from './seed.ts'
import { trainingStep } from './step.ts'

/** What a step tells, as numbers; see Report. */
export type StepReport = { readonly [name in keyof Report]: number }

/** What else decides a training. */
export interface TrainerOptions {
  /** Whole number in [0, 2^53): equal seeds give equal bytes. Default 0. */
  readonly seed?: number
}

/** A game on a device: its state stays there between calls. */
export interface Trainer {
  /** Where it is played. */
  readonly device: Device
  /** What is played. */
  readonly game: Game
  /** Every tensor of the state with its dotted name ('generator.parameters.dense1.weight'). */
  readonly variables: ReadonlyMap<string, Variable>
  /** The compiled step, to look into. */
  readonly program: Program<keyof Report>
  /** Trains that many steps from where the last call ended, and gives the report of each. The calling thread stays free. */
  train(steps: number): Promise<StepReport[]>
  /**
   * Draws `count` samples of the generator that is to be shown: f32 [count, ...dataShape] in the data's range, for `imagesOf`.
   * Sample i of a seed comes from the same latent however many are drawn and however long the generator has learned.
   * In a game with classes, sample i is of class i modulo their number, or all are of the class that is told.
   * @param seed a whole number in [0, 2^53); 0 unless told.
   */
  sample(count: number, seed?: number, options?: SampleOptions): Promise<Float32Array>
  /** The generator that is to be shown (the moving average where there is one): tensors of the device's variables. */
  readonly shown: LayerVariables
}

/**
 * Puts the data and a fresh state on the device and compiles the training step: both players, their gradients, the noise and
 * both optimizers as one program. Throws a UserError where players and data do not fit together.
 * @param game from a recipe (`recipes.mlp.game(...)`), or of your own.
 * @param data a Source, or samples of any shape. Of a store, the samples of a step come to the device when it is trained.
 */
export async function createTrainer(
  device: Device,
  game: Game,
  data: TrainingData,
  { seed = 0 }: TrainerOptions = {},
): Promise<Trainer> {
  const feed = openFeed(device, game, data, labelsFor(game, data), seed)
  const images = feed.samples.tensor

  const start = initialState(game, literal(wordsOf(seed), [2], 'i32'))
  const variables = new Map(
    leavesOf(start).map(([name, { shape, dtype }]) => [name, device.variable(name, shape, dtype)]),
  )
  const variable = (name: string): Variable => {
    const found = variables.get(name)
    if (found === undefined) throw new Error(`the state has no '${name}'`)
    return found
  }
  const state: GameState = mapTree(start, (_, name) => variable(name).tensor)
  const next = trainingStep(game, state, images, feed.labels?.tensor ?? null)
  const updatesTo = (tree: GameState) => leavesOf(tree).map(([name, value]) => [variable(name), value] as const)
  const initialize = await compile(device, { updates: updatesTo(start), report: {} })
  // The threads fill in the first values while this one compiles.
  const [program] = await Promise.all([
    compile(device, { updates: updatesTo(next.state), report: next.report }),
    initialize.run(),
  ])

  const shown = shownGenerator(game, state)
  const sample = createSampler(device, game, shown, images)
  return {
    device,
    game,
    variables,
    program,
    shown,
    async train(steps) {
      const reports: StepReport[] = []
      while (reports.length < steps) {
        const [step] = read(device, variable('step'))
        const ready = await feed.ready(step)
        reports.push(...(await program.run(Math.min(ready, steps - reports.length))))
      }
      return reports
    },
    sample: (count, someSeed = 0, options = {}) => sample(count, someSeed, options),
  }
}

/** The labels, checked; null where the game has no use for them, or the data has none. */
function labelsFor({ condition }: Game, { labels, count }: TrainingData): ArrayLike<number> | null {
  if (!condition || !labels) return null
  if (labels.length !== count) {
    throw new UserError(`The data has ${count} samples, but ${labels.length} labels; give one for each.`)
  }
  const { classes } = condition
  const stray = Array.from(labels).findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes))
  if (stray >= 0) {
    throw new UserError(
      `Sample ${stray} has the label ${labels[stray]}, but the ${classes} classes of the game are 0 to ${classes - 1}.`,
    )
  }
  return labels
}
