import { broadcast, constant } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Variables } from '../tensor/tree.ts'

/** What an optimizer keeps between updates: for each of its quantities a number per parameter. */
export type OptimizerState = { readonly [quantity: string]: Variables }

export interface Updated {
  readonly parameters: Variables
  readonly state: OptimizerState
}

/** A rule that moves parameters against their gradients, as a value. */
export interface Optimizer {
  readonly name: string
  /** The state before the first update. */
  init(parameters: Variables): OptimizerState
  /** @param step how many updates were made before this one, i32 []. */
  update(gradients: Variables, state: OptimizerState, parameters: Variables, step: Tensor): Updated
}

export const mapVariables = (variables: Variables, change: (tensor: Tensor, name: string) => Tensor): Variables =>
  Object.fromEntries(Object.entries(variables).map(([name, tensor]) => [name, change(tensor, name)]))

export const zerosLike = (variables: Variables): Variables =>
  mapVariables(variables, ({ shape }) => broadcast(constant(0), shape))
