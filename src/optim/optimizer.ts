import { broadcast, constant } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Variables } from '../tensor/tree.ts'

/** What an optimizer keeps between updates: for each of its quantities a number per parameter. */
export type OptimizerState = { readonly [quantity: string]: Variables }

/** What an update gives. */
export interface Updated {
  /** The parameters after it. */
  readonly parameters: Variables
  /** The state after it. */
  readonly state: OptimizerState
}

/** A rule that moves parameters against their gradients, as a value. */
export interface Optimizer {
  /** The name of the rule. */
  readonly name: string
  /** The state before the first update. */
  init(parameters: Variables): OptimizerState
  /**
   * Parameters and state after one more update.
   * @param gradients of the loss by every parameter, under the parameters' names.
   * @param step how many updates were made before this one, i32 [].
   */
  update(gradients: Variables, state: OptimizerState, parameters: Variables, step: Tensor): Updated
}

/** A record of the same names, every tensor replaced. */
export const mapVariables = (variables: Variables, change: (tensor: Tensor, name: string) => Tensor): Variables =>
  Object.fromEntries(Object.entries(variables).map(([name, tensor]) => [name, change(tensor, name)]))

/** Zeros, f32, in the shapes of these variables. */
export const zerosLike = (variables: Variables): Variables =>
  mapVariables(variables, ({ shape }) => broadcast(constant(0), shape))
