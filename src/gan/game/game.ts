import type { Randomness } from '../../nn/layer.ts'
import { UserError } from '../../tensor/errors.ts'
import type { DataRange, Fields, NumberField, WholeField } from '../../tensor/fields.ts'
import type { Shape, Tensor } from '../../tensor/tensor.ts'
import type { Tree, Variables } from '../../tensor/tree.ts'
import type { ExampleReader } from '../examples/example-reader.ts'
import type { Prior } from '../priors/priors.ts'

/** What a game changes with every step, as a tree of tensors: parameters, optimizers' quantities, averages, pools. */
export type GameState = Readonly<Record<string, Tree>>

/**
 * A game: how examples make one state into the next, and how samples come of a state. Trainer, sampler, checkpoints, runs, reports and
 * exported models know nothing else of it. `twoPlayerGame` makes the article's; a method of your own is a value of this type.
 */
export interface Game<State extends GameState = GameState> {
  /** What one example consists of. The data must have these fields; others that it has are left out. */
  readonly example: Fields
  /** Examples in a minibatch; at most as many as there are. */
  readonly batch: number
  /** Minibatches that a step may read. */
  readonly minibatches: number
  /** Traces the first state. Throws a UserError where parts of the game do not fit each other. */
  init(random: Randomness): State
  /** How it is played: stages one after the other, over the same state. */
  readonly stages: readonly [Stage<State>, ...Stage<State>[]]
  /** How samples come of a state. */
  readonly generation: Generation<State>
  /**
   * Traces how real the game takes samples for, [batch]: the higher, the more real. Left out where it has no opinion.
   * @param given the fields of `generation.given`, for these samples.
   */
  realism?(state: State, samples: Tensor, given: Variables): Tensor
}

/** A stretch of steps with losses of its own. */
export interface Stage<State extends GameState = GameState> {
  /** One word, as 'warm-up'. */
  readonly name: string
  /** How many steps it lasts; null for the last stage, which has no end. */
  readonly steps: number | null
  /** What a step reports, by name. */
  readonly reports: Reports
  /** Traces one step: the state after it, and scalars f32 [] by the names of `reports`. */
  step(state: State, examples: ExampleReader, random: Randomness): Stepped<State>
}

/** What a step makes. */
export interface Stepped<State extends GameState = GameState> {
  /** The state after the step. */
  readonly state: State
  /** Scalars f32 [] by the names of the stage's reports. */
  readonly report: Variables
}

/** How reported scalars are shown, by the names under which log.jsonl has them. */
export type Reports = Readonly<Record<string, ReportedScalar>>

/** How one reported scalar is shown. */
export interface ReportedScalar {
  /** What TensorBoard calls it: 'loss/generator'. */
  readonly tag: string
  /** The chart of a report that shows it: 'Losses', 'Scores', 'Penalty', 'Terms', or one of your own. */
  readonly chart: string
  /** The curve's name there: 'generator'. */
  readonly title: string
  /** A few characters for progress lines: 'loss G'. Those without are not shown there. */
  readonly short?: string | undefined
  /** Whether it is in [0, 1]. */
  readonly isShare?: boolean | undefined
}

/** What is reported in any stage of a game. */
export const reportsOf = ({ stages }: Pick<Game, 'stages'>): Reports =>
  Object.fromEntries(stages.flatMap(({ reports }) => Object.entries(reports)))

/** How many classes samples can be asked for; null where a game knows none. */
export function classCountOf({ generation }: Pick<Game, 'generation'>): number | null {
  const field = Object.hasOwn(generation.given, 'class') ? generation.given.class : null
  return field?.kind === 'whole' ? field.count : null
}

/** The range of a game's samples; null where they have no bounds. */
export const sampleRangeOf = ({ generation: { sample } }: Pick<Game, 'generation'>): DataRange | null =>
  sample.kind === 'numbers' ? sample.range : null

/** The same for samples that are images. Throws a UserError where they have no bounds. */
export function imageRangeOf(game: Pick<Game, 'generation'>): DataRange {
  const range = sampleRangeOf(game)
  if (range !== null) return range
  throw new UserError('Samples of this game are numbers without bounds, which cannot be shown as images.')
}

/** The shape of one latent; null where a game draws none. */
export const latentShapeOf = ({ generation, example }: Pick<Game, 'generation' | 'example'>): Shape | null =>
  generation.prior?.shape({ example, imitates: generation.imitates }) ?? null

/** How samples come of a state. */
export interface Generation<State extends GameState = GameState> {
  /** The field of an example that samples are like. */
  readonly imitates: string
  /** Its description. */
  readonly sample: NumberField | WholeField
  /** Where latents come from; null where a sample depends on what is given alone. */
  readonly prior: Prior | null
  /** Fields of an example that a sample is made for or from: its class, a source image, words. */
  readonly given: Fields
  /**
   * Traces samples [batch, ...], in use, not learning.
   * @param latents of the prior; null where there is none.
   * @param given by the names of `given`.
   */
  generate(state: State, latents: Tensor | null, given: Variables, random: Randomness): Tensor
}
