import { UserError } from '../tensor/errors.ts'
import type { Fields } from '../tensor/fields.ts'
import { withPath } from '../tensor/tensor.ts'
import type { Shape, Tensor } from '../tensor/tensor.ts'
import type { Variables } from '../tensor/tree.ts'
import type { Applied, Initialized, Layer, LayerVariables, Mode, Randomness } from './layer.ts'

/** A layer within another, whose variables carry its name: 'dense2.weight'. */
export interface Child {
  /** Unique among the children of one layer. */
  readonly name: string
  /** The layer itself. */
  readonly layer: Layer
}

/** The first values of a composite layer's variables, gathered child by child. */
export interface InitializedChildren {
  /** Traces the first values of a child's variables, and gives the shape of its output. */
  init(child: Child, inputShape: Shape): Shape
  /** The variables of all children so far, as those of a layer with outputs of this shape. */
  initialized(shape: Shape): Initialized
}

/** Begins to trace the first values of a composite layer: for its `init`. */
export function initializeChildren(random: Randomness, given: Fields = {}): InitializedChildren {
  const [parameters, buffers]: [Record<string, Tensor>, Record<string, Tensor>] = [{}, {}]
  return {
    init({ name, layer }, inputShape) {
      const first = withPath(name, () => layer.init(inputShape, random, given))
      Object.assign(parameters, prefixed(name, first.parameters))
      Object.assign(buffers, prefixed(name, first.buffers))
      return first.shape
    },
    initialized: (shape) => ({ parameters, buffers, shape }),
  }
}

/** The outputs of a composite layer's children, and all that they leave behind. */
export interface AppliedChildren {
  /** Traces the output of a child for `x`. A child may be applied several times; it then keeps the buffers of the last use. */
  apply(child: Child, x: Tensor): Tensor
  /** All outputs of a child with several; see `heads`. */
  applyAll(child: Child, x: Tensor): readonly Tensor[]
  /** This output, with the buffers and features of all children so far. */
  applied(output: Tensor, heads?: readonly Tensor[]): Applied
}

/** Begins to trace the output of a composite layer, given all of its variables: for its `apply`. */
export function applyChildren(variables: LayerVariables, mode: Mode): AppliedChildren {
  const [buffers, features]: [Record<string, Tensor>, Record<string, Tensor>] = [{}, {}]
  const applyAll = ({ name, layer }: Child, x: Tensor): readonly Tensor[] => {
    const own = { parameters: belongingTo(name, variables.parameters), buffers: belongingTo(name, variables.buffers) }
    const applied = withPath(name, () => layer.apply(own, x, mode))
    Object.assign(buffers, prefixed(name, applied.buffers))
    for (const [feature, tensor] of Object.entries(applied.features ?? {})) {
      if (Object.hasOwn(features, feature)) {
        throw new UserError(`Two layers show a feature called ${feature}; give each tap a name of its own.`)
      }
      features[feature] = tensor
    }
    return applied.heads ?? [applied.output]
  }
  return {
    apply: (child, x) => applyAll(child, x)[0],
    applyAll,
    applied: (output, heads) => ({
      output,
      buffers,
      ...(Object.keys(features).length > 0 ? { features } : {}),
      ...(heads && heads.length > 1 ? { heads } : {}),
    }),
  }
}

const prefixed = (name: string, variables: Variables): Variables =>
  Object.fromEntries(Object.entries(variables).map(([key, tensor]) => [`${name}.${key}`, tensor]))

function belongingTo(name: string, variables: Variables): Variables {
  const prefix = `${name}.`
  const own = Object.entries(variables).filter(([key]) => key.startsWith(prefix))
  return Object.fromEntries(own.map(([key, tensor]) => [key.slice(prefix.length), tensor]))
}
