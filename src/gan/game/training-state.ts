import { randomness } from '../../nn/layer.ts'
import { abs, add, and, cast, constant, lessEqual } from '../../tensor/operations/index.ts'
import { withPath } from '../../tensor/tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Variables } from '../../tensor/tree.ts'
import { readExamples } from '../examples/example-reader.ts'
import type { Cursor } from '../examples/example-reader.ts'
import type { Game, GameState, Stage } from './game.ts'
import { streams } from '../examples/streams.ts'

/** What a training changes whatever the game: how far it is. */
export type TrainingProgress = {
  /** i32 [2]. */
  readonly seed: Tensor
  /** Steps done, i32 []. */
  readonly step: Tensor
  /** Epochs done, i32 []. */
  readonly epoch: Tensor
  /** Examples read in the present epoch, i32 []. */
  readonly position: Tensor
}

/** All that a step changes, as one tree of tensors: with it and the data, training goes on bit for bit. */
export type TrainingState<State extends GameState = GameState> = TrainingProgress & State

/** A step of training: the state after it, and f32 scalars by name, `finite` (1 where all of them are) the last. */
export interface TracedStep<State extends GameState = GameState> {
  readonly state: TrainingState<State>
  readonly report: Variables
}

/** The state before the first step, traced. Throws a UserError where parts of the game do not fit each other. */
export function initialTraining<State extends GameState>(game: Game<State>, seed: Tensor): TrainingState<State> {
  const none = constant(0, 'i32')
  const state = game.init(randomness({ seed, step: none }, streams.initialState))
  return { seed, step: none, epoch: none, position: none, ...state }
}

/**
 * One step of a stage, traced.
 * @param columns all examples on the device, or those of a shard, by the game's fields.
 */
export function traceTraining<State extends GameState>(
  game: Game<State>,
  stage: Stage<State>,
  state: TrainingState<State>,
  columns: Variables,
): TracedStep<State> {
  const { seed, step } = state
  const cursor: Cursor = { epoch: state.epoch, position: state.position }
  const reader = readExamples({ fields: game.example, tensors: columns }, seed, cursor, game.batch)
  const examples = { ...reader, next: () => withPath('data', () => reader.next()) }
  const { state: after, report } = stage.step(state, examples, randomness({ seed, step }, streams.step))
  reader.skipTo(game.minibatches)
  const progress = { seed, step: add(step, 1), ...reader.cursor() }
  return {
    // First for the order of names, last as a game may hand on all that it was given.
    state: { ...progress, ...after, ...progress },
    report: { ...report, finite: withPath('report', () => allFinite(Object.values(report))) },
  }
}

const allFinite = (scalars: readonly Tensor[]): Tensor =>
  scalars.length === 0 ? constant(1) : cast(scalars.map(isFiniteNumber).reduce(and), 'f32')

const largestFloat32 = (2 - 2 ** -23) * 2 ** 127

/** Not for infinities, and not for NaN, with which every comparison fails. */
const isFiniteNumber = (x: Tensor): Tensor => lessEqual(abs(x), largestFloat32)
