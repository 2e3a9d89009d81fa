import { compile } from '../../runtime/compile.ts'
import type { Program } from '../../runtime/compile.ts'
import { read } from '../../runtime/device.ts'
import type { Device, Variable } from '../../runtime/device.ts'
import { literal } from '../../tensor/operations/index.ts'
import { leavesOf, mapTree } from '../../tensor/tree.ts'
import { openLoader } from '../loading/data-loader.ts'
import { exampleTable } from '../loading/example-table.ts'
import type { ExampleTable, TrainingData } from '../loading/example-table.ts'
import type { Game, GameState, Stage } from '../game/game.ts'
import { createSampler } from '../sampling/sampler.ts'
import type { Sampler } from '../sampling/sampler.ts'
import { wordsOf } from '../examples/seed.ts'
import { initialTraining, traceTraining } from '../game/training-state.ts'
import type { TrainingState } from '../game/training-state.ts'

/** What a step reported, as numbers by name; `finite` is 1 where all of them are finite numbers, else 0. */
export type StepReport = {
  /** 1 where all scalars are finite numbers, else 0. */
  readonly finite: number
  /** What the game reports. */
  readonly [name: string]: number
}

/** What else decides a training. */
export interface TrainerOptions {
  /** Whole number in [0, 2^53): equal seeds give equal bytes. Default 0. */
  readonly seed?: number
}

/** How a call of `train` can be ended before its steps are done. */
export interface TrainOptions {
  /** Ends it after the steps that are being computed; what is done stays done. */
  readonly signal?: AbortSignal
}

/** A game on a device: its state stays there between calls. */
export interface Trainer<State extends GameState = GameState> {
  /** Where it is played. */
  readonly device: Device
  /** What is played. */
  readonly game: Game<State>
  /** The examples that it learns from. */
  readonly examples: ExampleTable
  /** Every tensor of the state with its dotted name ('generator.parameters.dense1.weight'). */
  readonly variables: ReadonlyMap<string, Variable>
  /** The state: tensors of the device's variables. */
  readonly state: TrainingState<State>
  /** Steps done. */
  step(): number
  /** The stage of the next step. */
  stage(): Stage<State>
  /** The compiled step of the stage that was trained last, to look into. */
  readonly program: Program
  /** Trains that many steps from where the last call ended, and gives the report of each. The calling thread stays free. */
  train(steps: number, options?: TrainOptions): Promise<StepReport[]>
  /**
   * Draws `count` samples of the state that is to be shown: f32 [count, ...sample shape] in the data's range, for `imagesOf`.
   * Sample i of a seed comes from the same latent however many are drawn and however long the game has been played.
   * In a game with classes, sample i is of class i modulo their number, or all are of the class of `label`.
   * @param seed a whole number in [0, 2^53); default 0.
   */
  readonly sample: Sampler['sample']
  /** The same sampler, with latents and their shape. */
  readonly sampler: Sampler
}

/** Steps are computed this many at a time where a signal may end them. */
const stepsPerSignal = 10

/**
 * Puts the data and a fresh state on the device and compiles the training step: players, their gradients, the noise and
 * optimizers as one program. Throws a UserError where the game and the data do not fit together.
 * @param game from a recipe (`recipes.mlp.game(...)`), or of your own.
 * @param data a Source, or examples of any kind. What is read comes to the device when it is trained.
 */
export async function createTrainer<State extends GameState>(
  device: Device,
  game: Game<State>,
  data: TrainingData,
  { seed = 0 }: TrainerOptions = {},
): Promise<Trainer<State>> {
  const examples = exampleTable(game, data)
  const loader = openLoader(device, game, examples, seed)

  const start = initialTraining(game, literal(wordsOf(seed), [2], 'i32'))
  const variables = new Map(
    leavesOf(start).map(([name, { shape, dtype }]) => [name, device.variable(name, shape, dtype)]),
  )
  const variable = (name: string): Variable => {
    const found = variables.get(name)
    if (found === undefined) throw new Error(`the state has no '${name}'`)
    return found
  }
  const state = mapTree(start, (_, name) => variable(name).tensor)
  const updatesTo = (tree: TrainingState<State>) =>
    leavesOf(tree).map(([name, value]) => [variable(name), value] as const)
  const step = () => read(device, variable('step'))[0]

  const programs = new Map<Stage<State>, Promise<Program>>()
  const programOf = (stage: Stage<State>): Promise<Program> => {
    const known = programs.get(stage)
    if (known !== undefined) return known
    const next = traceTraining(game, stage, state, loader.columns)
    const compiling = compile<string>(device, { updates: updatesTo(next.state), report: next.report })
    programs.set(stage, compiling)
    return compiling
  }
  const initialize = await compile(device, { updates: updatesTo(start), report: {} })
  // The threads fill in the first values while this one compiles.
  let [program] = await Promise.all([programOf(game.stages[0]), initialize.run()])

  const sampler = createSampler(device, game, state, { columns: loader.columns, table: examples })
  return {
    device,
    game,
    examples,
    variables,
    state,
    step,
    stage: () => stageAt(game, step()).stage,
    get program() {
      return program
    },
    async train(steps, { signal } = {}) {
      const reports: StepReport[] = []
      const isDone = () => reports.length >= steps || signal?.aborted === true
      while (!isDone()) {
        const done = step()
        const { stage, left } = stageAt(game, done)
        program = await programOf(stage)
        const ready = await loader.ready(done)
        const most = Math.min(ready, left, steps - reports.length, signal ? stepsPerSignal : Infinity)
        for (const report of await program.run(most)) reports.push({ ...report, finite: report.finite })
      }
      return reports
    },
    sample: sampler.sample,
    sampler,
  }
}

/** The stage of the step after so many, and how many steps of it are left. */
function stageAt<State extends GameState>(
  { stages }: Pick<Game<State>, 'stages'>,
  step: number,
): { readonly stage: Stage<State>; readonly left: number } {
  let before = step
  for (const stage of stages) {
    if (stage.steps === null || before < stage.steps) return { stage, left: (stage.steps ?? Infinity) - before }
    before -= stage.steps
  }
  return { stage: stages[stages.length - 1], left: Infinity }
}
