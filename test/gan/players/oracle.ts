import { initialTraining, mapRecord, streams, traceTraining, twoPlayerGame } from '../../../src/gan/index.ts'
import type { Prior, StepReport, TrainingState, TwoPlayerSettings, TwoPlayerState } from '../../../src/gan/index.ts'
import { randomness } from '../../../src/nn/layer.ts'
import type { Variables } from '../../../src/tensor/tree.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { topological } from '../../../src/tensor/graph.ts'
import { input } from '../../../src/tensor/operations/index.ts'
import type { RandomSource } from '../../../src/tensor/operations/index.ts'
import { isKind } from '../../../src/tensor/tensor.ts'
import type { DType, Shape, Tensor } from '../../../src/tensor/tensor.ts'
import { leavesOf, mapTree } from '../../../src/tensor/tree.ts'
import type { Tree } from '../../../src/tensor/tree.ts'

interface Values {
  readonly values: ArrayLike<number>
  readonly shape: Shape
  readonly dtype: DType
}

export interface Images extends Values {
  /** The class of each. */
  readonly labels?: readonly number[]
  /** What else is given of each. */
  readonly given?: Readonly<Record<string, Values>>
}

/** The numbers of a tree's leaves by their dotted names. */
export type Numbers = Readonly<Record<string, Float64Array>>

/** The numbers of every leaf of a tree. */
function numbersOf(tree: Tree, feeds: ReadonlyMap<Tensor, ArrayLike<number>> = new Map()): Numbers {
  const leaves = leavesOf(tree)
  const values = interpret(
    leaves.map(([, tensor]) => tensor),
    feeds,
  )
  return Object.fromEntries(leaves.map(([name], index) => [name, values[index]]))
}

/** An input for every leaf, named as the leaf is. */
const inputsLike = <T extends Tree>(tree: T): T => mapTree(tree, ({ shape, dtype }, name) => input(name, shape, dtype))

/** What to feed the leaves of `inputs` with. */
export const feedsOf = (inputs: Tree, numbers: Numbers): Map<Tensor, ArrayLike<number>> =>
  new Map(leavesOf(inputs).map(([name, tensor]) => [tensor, numbers[name]]))

/** What a step makes of the inputs. */
export type Traced = { readonly state: TrainingState<TwoPlayerState>; readonly report: Variables }

export interface Played {
  readonly state: Numbers
  readonly report: StepReport
}

/** A game whose step is traced once and played by the interpreter. */
export interface Table {
  readonly initial: Numbers
  /** Input tensors of the state. */
  readonly inputs: TrainingState<TwoPlayerState>
  readonly traced: Traced
  /** One step from `state`; `feeds` stand in for traced tensors. */
  play(state: Numbers, feeds?: ReadonlyMap<Tensor, ArrayLike<number>>): Played
  /** `count` steps from the beginning. */
  playMany(count: number): Played[]
}

/** @param at the number of the stage whose step is played. */
export function setTable(
  settings: TwoPlayerSettings,
  images: Images,
  seed: readonly [number, number] = [1, 2],
  at = 0,
): Table {
  const seedInput = input('seed', [2], 'i32')
  const game = twoPlayerGame(settings)
  const template = initialTraining(game, seedInput)
  const initial = numbersOf(template, new Map([[seedInput, seed]]))
  const inputs = inputsLike(template)
  const { labels, given = {} } = images
  const told: Readonly<Record<string, Values>> = {
    [game.generation.imitates]: images,
    ...(labels ? { class: { values: labels, shape: [labels.length], dtype: 'i32' } } : {}),
    ...given,
  }
  const columns = mapRecord(told, ({ shape, dtype }, name) => input(name, shape, dtype))
  const traced: Traced = traceTraining(game, game.stages[at], inputs, columns)
  const data = Object.entries(columns).map(([name, column]) => [column, told[name].values] as const)
  const play: Table['play'] = (state, feeds = new Map()) => {
    const all = new Map([...feedsOf(inputs, state), ...data, ...feeds])
    const { state: after, report } = split(numbersOf(traced, all))
    return { state: after, report: { ...report, finite: report.finite } }
  }
  const playMany = (count: number) => {
    const played: Played[] = []
    for (let step = 0; step < count; step++) played.push(play(played.at(-1)?.state ?? initial))
    return played
  }
  return { initial, inputs, traced, play, playMany }
}

/** The latents of a sampler whose random numbers come from this source. */
export const sampledLatents = (prior: Prior, batch: number, source: RandomSource): Tensor =>
  prior.sample({
    random: randomness(source, streams.samples),
    batch,
    example: {},
    imitates: 'nothing',
    trainingSamples: () => {
      throw new Error('a prior that starts from nothing')
    },
  })

/** What a step draws, in that order: rows of the images (before they get their range), and random numbers. */
export function drawsOf(traced: Traced): { readonly minibatches: Tensor[]; readonly latents: Tensor[] } {
  const order = topological(leavesOf(traced).map(([, tensor]) => tensor))
  return {
    minibatches: order.filter((tensor) => isKind(tensor, 'gather')),
    latents: order
      .filter((tensor) => isKind(tensor, 'random'))
      .toSorted((a, b) => a.primitive.stream - b.primitive.stream),
  }
}

function split(numbers: Numbers): { state: Numbers; report: Record<string, number> } {
  const under = (prefix: string) =>
    Object.entries(numbers)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, values]) => [name.slice(prefix.length), values] as const)
  return {
    state: Object.fromEntries(under('state.')),
    report: Object.fromEntries(under('report.').map(([name, [value]]) => [name, value])),
  }
}
