import { input } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { noVariables } from './layer.ts'
import type { Layer } from './layer.ts'

/** A layer without variables; the shape of its output is what `apply` makes of a batch of one. */
export const mapping = (name: string, apply: (x: Tensor) => Tensor): Layer => ({
  name,
  mixesBatch: false,
  init: (shape) => ({ ...noVariables, shape: apply(input('sample', [1, ...shape])).shape.slice(1) }),
  apply: (_variables, x) => ({ output: apply(x), buffers: {} }),
})
