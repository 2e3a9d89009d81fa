import { sliceAxis } from '../../tensor/operations/index.ts'
import { range } from '../../tensor/shape.ts'
import { UserError } from '../../tensor/errors.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { AppliedChildren, Child, InitializedChildren } from '../children.ts'
import { dense } from '../basic/dense.ts'
import { uniform } from '../initializers.ts'
import type { Layer } from '../layer.ts'

/** How `gru` and `lstm` are built. */
export interface CellOptions {
  /** What is done to both of its dense layers, such as `spectralNorm`; default nothing. */
  readonly wrap?: (part: Layer) => Layer
}

/** The two dense layers of a cell, of its input and of its last output, which give all gates side by side. */
export interface Gates {
  /** Traces the first values of both. */
  init(made: InitializedChildren, features: number): void
  /** What the gates have of the inputs: [rows, features] -> [rows, gates * units]. */
  ofInputs(traced: AppliedChildren, inputs: Tensor): Tensor
  /** What they have of the last output: [batch, units] -> [batch, gates * units]. */
  ofOutput(traced: AppliedChildren, output: Tensor): Tensor
  /** Every gate of such a sum, [batch, units]. */
  each(sums: Tensor): Tensor[]
}

/** As in PyTorch, all weights and biases begin uniform within 1 / sqrt(units). */
export function gates(name: string, count: number, units: number, { wrap = (part) => part }: CellOptions): Gates {
  if (!Number.isInteger(units) || units < 1)
    throw new UserError(`A ${name} cannot have ${units} units; give a whole number from 1 on.`)
  const initializer = uniform(1 / Math.sqrt(units))
  const part = (of: string): Child => ({
    name: of,
    layer: wrap(dense(count * units, { initializer, biasInitializer: initializer })),
  })
  const [input, hidden] = [part('input'), part('hidden')]
  return {
    init(made, features) {
      made.init(input, [features])
      made.init(hidden, [units])
    },
    ofInputs: (traced, inputs) => traced.apply(input, inputs),
    ofOutput: (traced, output) => traced.apply(hidden, output),
    each: (sums) => range(count).map((gate) => sliceAxis(sums, 1, gate * units, units)),
  }
}
