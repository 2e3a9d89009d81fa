import type { LayerVariables } from '../nn/layer.ts'
import { compile } from '../runtime/compile.ts'
import type { Program } from '../runtime/compile.ts'
import { readFloats, write } from '../runtime/device.ts'
import type { Device, Variable } from '../runtime/device.ts'
import { literal } from '../tensor/operations/index.ts'
import { constant } from '../tensor/operations/source.ts'
import { leavesOf, mapTree } from '../tensor/tree.ts'
import type { Game, GameState, Report } from './game.ts'
import { sampleStep, shownGenerator } from './generate.ts'
import { initialState } from './initial-state.ts'
import { trainingStep } from './step.ts'

/** What a step tells, as numbers; see Report. */
export type StepReport = { readonly [name in keyof Report]: number }

/** Real samples as the trainer takes them: bytes [count, ...] that become the game's data range, or finished numbers. */
export interface TrainingData {
  readonly images: Uint8Array | Float32Array
  readonly count: number
}

export interface TrainerOptions {
  /** Whole number in [0, 2^53): equal seeds give equal bytes. Default 0. */
  readonly seed?: number
}

/** A game on a device: its state stays there between calls. */
export interface Trainer {
  readonly device: Device
  readonly game: Game
  /** Every tensor of the state with its dotted name ('generator.parameters.dense1.weight'). */
  readonly variables: ReadonlyMap<string, Variable>
  readonly program: Program<keyof Report>
  /** Trains that many steps and gives the report of each. */
  train(steps: number): Promise<StepReport[]>
  /** Draws `count` samples in one forward pass, [count, ...dataShape] in the data's range; equal seeds give equal latents. */
  sample(count: number, seed?: number): Promise<Float32Array>
  /** The generator that is to be shown (the moving average where there is one): tensors of the device's variables. */
  readonly shown: LayerVariables
}

/** Puts the data and a fresh state on the device and compiles the training step. */
export async function createTrainer(
  device: Device,
  game: Game,
  data: TrainingData,
  { seed = 0 }: TrainerOptions = {},
): Promise<Trainer> {
  const images = device.variable(
    'images',
    [data.count, ...game.dataShape],
    data.images instanceof Uint8Array ? 'u8' : 'f32',
  )
  write(device, images, data.images)

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
  const next = trainingStep(game, state, images.tensor)
  const updatesTo = (tree: GameState) => leavesOf(tree).map(([name, value]) => [variable(name), value] as const)
  const initialize = await compile(device, { updates: updatesTo(start), report: {} })
  // The threads fill in the first values while this one compiles.
  const [program] = await Promise.all([
    compile(device, { updates: updatesTo(next.state), report: next.report }),
    initialize.run(),
  ])

  const samplers = new Map<number, (seed: number) => Promise<Float32Array>>()
  async function sampler(count: number) {
    const sampleSeed = device.variable(`sampleSeed${count}`, [2], 'i32')
    const drawn = device.variable(`samples${count}`, [count, ...game.dataShape])
    const source = { seed: sampleSeed.tensor, step: constant(0, 'i32') }
    const draw = await compile(device, {
      updates: [[drawn, sampleStep(game, state, images.tensor, count, source)]],
      report: {},
    })
    return async (someSeed: number) => {
      write(device, sampleSeed, wordsOf(someSeed))
      await draw.run()
      return readFloats(device, drawn.tensor)
    }
  }
  return {
    device,
    game,
    variables,
    program,
    shown: shownGenerator(game, state),
    train: (steps) => program.run(steps),
    async sample(count, someSeed = 0) {
      const draw = samplers.get(count) ?? (await sampler(count))
      samplers.set(count, draw)
      return draw(someSeed)
    },
  }
}

const wordsOf = (seed: number): [number, number] => [seed | 0, Math.floor(seed / 2 ** 32) | 0]
