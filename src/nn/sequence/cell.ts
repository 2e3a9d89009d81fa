import type { Tensor } from '../../tensor/tensor.ts'
import type { Variables } from '../../tensor/tree.ts'
import type { AppliedChildren, InitializedChildren } from '../children.ts'

/**
 * One step of a recurrence, as a value: what `recurrent` repeats. Its children are used at every step, with the
 * same variables.
 */
export interface Cell {
  /** One word. */
  readonly name: string
  /** Whether, in training, what it makes of one sample depends on the others of the batch. */
  readonly mixesBatch: boolean
  /** Sizes of the parts of its state, by name. The first part is its output. */
  readonly state: Readonly<Record<string, number>>
  /** Traces the first values of its children's variables, for inputs of so many features. */
  init(made: InitializedChildren, features: number): void
  /**
   * What can be computed of the inputs of all steps together, which is faster than one by one: [rows, features] ->
   * [rows, n]. Default the inputs as they are.
   */
  prepare?(traced: AppliedChildren, inputs: Tensor): Tensor
  /** The state after one more input, [batch, n], all parts [batch, size]. */
  step(traced: AppliedChildren, input: Tensor, state: Variables): Variables
}
