import type { RandomSource } from '../tensor/operations/index.ts'
import type { Shape, Tensor } from '../tensor/tensor.ts'
import type { Variables } from '../tensor/tree.ts'

/** Random numbers of one traced program: every use takes a stream of its own, so equal traces draw equal numbers. */
export interface Randomness {
  /** Seed and step, which all streams share. */
  readonly source: RandomSource
  /** A stream number that nobody has had before. */
  stream(): number
}

/** Streams `first`, `first + 1`, ... in the order of tracing. Programs that share a seed must not share streams. */
export function randomness(source: RandomSource, first: number): Randomness {
  let next = first
  return { source, stream: () => next++ }
}

/** What each member of a batch is of. */
export interface Labels {
  /** i32 [batch]: 0 ... classes - 1. */
  readonly indices: Tensor
  /** How many classes there are. */
  readonly classes: number
}

/** How a layer is to behave: learning (dropout drops, batch normalization looks at the batch) or in use. */
export type Mode = {
  /** The classes of the batch, for layers that depend on them; null or left out where there are none. */
  readonly labels?: Labels | null
} & (
  | {
      /** Learning. */
      readonly training: true
      /** What the layer may draw. */
      readonly random: Randomness
    }
  | {
      /** In use. */
      readonly training: false
    }
)

/** In use, not learning. */
export const evaluation: Mode = { training: false }

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
}

/** A function with variables, as a value. Shapes of samples are without the batch axis; tensors have it in front. */
export interface Layer {
  /** One word; numbered, it names the layer's variables within a stack. */
  readonly name: string
  /** Whether, in training, the output for one sample depends on the others of the batch. */
  readonly mixesBatch: boolean
  /** Traces the first values of the variables. Throws a UserError where the layer cannot take that shape. */
  init(inputShape: Shape, random: Randomness): Initialized
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
