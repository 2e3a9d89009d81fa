import { UserError } from '../tensor/errors.ts'
import type { Fields } from '../tensor/fields.ts'
import type { RandomSource } from '../tensor/operations/index.ts'
import type { Shape, Tensor } from '../tensor/tensor.ts'
import type { Variables } from '../tensor/tree.ts'

/** Random numbers of one traced program: every use takes a stream of its own, so equal traces draw equal numbers. */
export interface Randomness {
  /** Seed and step, which all streams share. */
  readonly source: RandomSource
  /** A stream number that nothing else uses. */
  stream(): number
}

/** Streams `first`, `first + 1`, ... in the order of tracing. Programs that share a seed must not share streams. */
export function randomness(source: RandomSource, first: number): Randomness {
  let next = first
  return { source, stream: () => next++ }
}

const noRandomness: Randomness = {
  get source(): never {
    throw new UserError('This network draws random numbers in use; trace it with inUse(given, random).')
  },
  stream: () => 0,
}

/** How a layer is to behave, and what it knows beside its input. */
export interface Mode {
  /** Learning (dropout drops, batch normalization looks at the batch) or in use. */
  readonly training: boolean
  /** What the layer may draw, learning or in use. */
  readonly random: Randomness
  /** What the batch was given beside the input, by name (`class`, `source`, `words`), each [batch, ...]. */
  readonly given: Variables
}

/** Learning. */
export const learning = (random: Randomness, given: Variables = {}): Mode => ({ training: true, random, given })

/** In use, not learning. Without `random`, a layer that draws throws a UserError. */
export const inUse = (given: Variables = {}, random: Randomness = noRandomness): Mode => ({
  training: false,
  random,
  given,
})

/** In use, with nothing given and nothing drawn. */
export const evaluation: Mode = inUse()

/** What a player consists of: what is learned, and what is only kept (running statistics). */
export type LayerVariables = {
  /** What an optimizer moves. */
  readonly parameters: Variables
  /** What a layer keeps from one use to the next. */
  readonly buffers: Variables
}

/** Initial variables, traced, and the shape of the output without the batch axis. */
export type Initialized = LayerVariables & {
  /** Of one output. */
  readonly shape: Shape
}

/** What a layer makes of its input. */
export interface Applied {
  /** [batch, ...shape of one output]. */
  readonly output: Tensor
  /** The buffers after this use; all of them. */
  readonly buffers: Variables
  /** What the layer shows of its way to the output, by name; see `tap`. */
  readonly features?: Variables
  /** Every output of a layer with several, `output` among them; see `heads`. */
  readonly heads?: readonly Tensor[]
}

/** A function with variables, as a value. Shapes of samples are without the batch axis; tensors have it in front. */
export interface Layer {
  /** One word; numbered, it names the layer's variables within a stack. */
  readonly name: string
  /** Whether, in training, the output for one sample depends on the others of the batch. */
  readonly mixesBatch: boolean
  /**
   * Traces the first values of the variables. Throws a UserError where the layer cannot take that shape.
   * @param given what a batch is given beside the input; nothing by default.
   */
  init(inputShape: Shape, random: Randomness, given?: Fields): Initialized
  /** Traces the output for `x`, [batch, ...inputShape]. */
  apply(variables: LayerVariables, x: Tensor, mode: Mode): Applied
}

/** What a layer has that neither learns nor remembers. */
export const noVariables: LayerVariables = { parameters: {}, buffers: {} }

/** A layer without variables that keeps the shape of its input. */
export const activation = (name: string, apply: (x: Tensor, mode: Mode) => Tensor): Layer => ({
  name,
  mixesBatch: false,
  init: (shape) => ({ ...noVariables, shape }),
  apply: (_variables, x, mode) => ({ output: apply(x, mode), buffers: {} }),
})
