import { withPath } from '../tensor.ts'
import type { Kind, Tensor } from '../tensor.ts'
import { matmulSimplifications, reduceSimplifications } from './contract.ts'
import { elementwiseSimplifications } from './elementwise.ts'
import { isUniform, uniform, uniformValue } from './match.ts'
import type { Rule } from './match.ts'
import {
  broadcastSimplifications,
  concatSimplifications,
  padSimplifications,
  reshapeSimplifications,
  sliceSimplifications,
  transposeSimplifications,
} from './movement.ts'

/** Tried in order; the first that gives a tensor wins. */
const rules: { [K in Kind]: readonly Rule<K>[] } = {
  input: [],
  constant: [],
  literal: [
    (tensor) => {
      const [first, ...others] = tensor.primitive.values
      return first !== undefined && others.every((value) => value === first) ? uniform(first, tensor) : null
    },
  ],
  iota: [],
  random: [],
  shuffle: [],
  // Derivatives have been taken when a graph is simplified.
  stopGradient: [({ inputs: [x] }) => x],

  elementwise: elementwiseSimplifications,

  reduce: reduceSimplifications,
  argmax: [],
  matmul: matmulSimplifications,
  convolve: [(tensor) => (tensor.inputs.some((input) => isUniform(input, 0)) ? uniform(0, tensor) : null)],

  reshape: reshapeSimplifications,
  transpose: transposeSimplifications,
  broadcast: broadcastSimplifications,
  slice: sliceSimplifications,
  pad: padSimplifications,
  concat: concatSimplifications,

  gather: [
    (tensor) => {
      const value = uniformValue(tensor.inputs[0])
      return value === null ? null : uniform(value, tensor)
    },
  ],
  scatterAdd: [(tensor) => (isUniform(tensor.inputs[1], 0) ? uniform(0, tensor) : null)],
}

/** A simpler form of a tensor whose inputs are simplified, or null where no rule fits. */
export function rewrite<K extends Kind>(tensor: Tensor<K>): Tensor | null {
  const fitting: readonly Rule<K>[] = rules[tensor.primitive.kind]
  return withPath(tensor.path, () => {
    for (const rule of fitting) {
      const better = rule(tensor)
      if (better !== null) return better
    }
    return null
  })
}
