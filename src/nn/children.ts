import { withPath } from '../tensor/tensor.ts'
import type { Shape, Tensor } from '../tensor/tensor.ts'
import type { Variables } from '../tensor/tree.ts'
import type { Applied, Initialized, Layer, LayerVariables, Mode, Randomness } from './layer.ts'

/** A layer within another, whose variables carry the name: 'dense2.weight'. */
export interface Child {
  /** Unique among the children of one layer. */
  readonly name: string
  readonly layer: Layer
}

/** Traces the first values of a child's variables, under their full names. */
export function initChild({ name, layer }: Child, inputShape: Shape, random: Randomness): Initialized {
  const { parameters, buffers, shape } = withPath(name, () => layer.init(inputShape, random))
  return { parameters: prefixed(name, parameters), buffers: prefixed(name, buffers), shape }
}

/** Traces the output of a child, given all variables of its parent; its buffers come back under their full names. */
export function applyChild({ name, layer }: Child, variables: LayerVariables, x: Tensor, mode: Mode): Applied {
  const own = { parameters: belongingTo(name, variables.parameters), buffers: belongingTo(name, variables.buffers) }
  const { output, buffers } = withPath(name, () => layer.apply(own, x, mode))
  return { output, buffers: prefixed(name, buffers) }
}

const prefixed = (name: string, variables: Variables): Variables =>
  Object.fromEntries(Object.entries(variables).map(([key, tensor]) => [`${name}.${key}`, tensor]))

function belongingTo(name: string, variables: Variables): Variables {
  const prefix = `${name}.`
  const own = Object.entries(variables).filter(([key]) => key.startsWith(prefix))
  return Object.fromEntries(own.map(([key, tensor]) => [key.slice(prefix.length), tensor]))
}
