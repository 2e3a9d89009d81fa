import { randomness } from '../../nn/layer.ts'
import { topological } from '../../tensor/graph.ts'
import { constant, input, literal, transpose } from '../../tensor/operations/index.ts'
import type { Field } from '../../tensor/fields.ts'
import type { Shape, Tensor } from '../../tensor/tensor.ts'
import { leavesOf, mapTree } from '../../tensor/tree.ts'
import type { Variables } from '../../tensor/tree.ts'
import { mapRecord } from '../examples/batch.ts'
import { latentShapeOf } from './game.ts'
import type { Game, GameState } from './game.ts'
import { initialTraining } from './training-state.ts'
import type { TrainingState } from './training-state.ts'

/** The form of a game's state: an input for every tensor, of its shape, under its dotted name. */
export const statePlaceholders = <State extends GameState>(game: Game<State>): TrainingState<State> =>
  mapTree(initialTraining(game, literal([0, 0], [2], 'i32')), ({ shape, dtype }, name) => input(name, shape, dtype))

/** The names of the tensors of the state that samples depend on: what is needed to draw, and to ship. */
export function variablesOfGeneration<State extends GameState>(game: Game<State>): ReadonlySet<string> {
  const state = statePlaceholders(game)
  const used = new Set(topological([traceGeneration(game, state, 1).sample]))
  return new Set(leavesOf(state).flatMap(([name, tensor]) => (used.has(tensor) ? [name] : [])))
}

/** Samples as a function of inputs that are named as they are to be given. */
export interface TracedGeneration {
  /** [batch, ...latent shape]; null where the game draws none. */
  readonly latents: Tensor | null
  /** By field: [batch, ...], images [batch, channels, height, width]. */
  readonly given: Variables
  /** [batch, ...sample shape] */
  readonly sample: Tensor
}

/** Traces generation for a batch of inputs. What layers draw in use are random tensors, which an exporter makes inputs too. */
export function traceGeneration<State extends GameState>(
  game: Game<State>,
  state: State,
  batch: number,
): TracedGeneration {
  const { generation } = game
  const latentShape: Shape | null = latentShapeOf(game)
  const latents = latentShape && input('z', [batch, ...latentShape])
  const given = mapRecord(generation.given, (field, name) =>
    input(inputNameOf(name), [batch, ...shapeOutside(field)], field.kind === 'whole' ? 'i32' : 'f32'),
  )
  const inside = mapRecord(given, (tensor, name) =>
    isImage(generation.given[name]) ? transpose(tensor, [0, 2, 3, 1]) : tensor,
  )
  const random = randomness({ seed: literal([0, 0], [2], 'i32'), step: constant(0, 'i32') }, 0)
  return { latents, given, sample: generation.generate(state, latents, inside, random) }
}

const isImage = ({ kind, shape }: Field): boolean => kind === 'numbers' && shape.length === 3

/** Exported models have the channels of images in front. */
const shapeOutside = (field: Field): Shape => {
  const [height, width, channels] = field.shape
  return isImage(field) ? [channels, height, width] : field.shape
}

/** What an exported model calls a field that it is given. */
export const inputNameOf = (field: string): string => (field === 'class' ? 'label' : field)
