import type { Device, Variable } from '../../runtime/device.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { leavesOf, mapTree } from '../../tensor/tree.ts'
import type { Tree } from '../../tensor/tree.ts'

/** A tree of variables. */
export interface State<T extends Tree> {
  /** Their present values. */
  readonly present: T
  /** What `compile` takes to replace them all. */
  updatesTo(next: T): (readonly [Variable, Tensor])[]
}

/** Variables for every tensor of a tree, in its shape; of zeros until they are updated. */
export function variablesFor<T extends Tree>(device: Device, tree: T): State<T> {
  const variables = new Map(
    leavesOf(tree).map(([name, { shape, dtype }]) => [name, device.variable(name, shape, dtype)]),
  )
  const variable = (name: string): Variable => {
    const found = variables.get(name)
    if (found === undefined) throw new Error(`the state has no '${name}'`)
    return found
  }
  return {
    present: mapTree(tree, (_, name) => variable(name).tensor),
    updatesTo: (next) => leavesOf(next).map(([name, value]) => [variable(name), value]),
  }
}
