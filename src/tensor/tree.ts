import type { Tensor } from './tensor.ts'

/** A tensor or a nested record of them: parameters, optimiser state, a whole game. Handled everywhere as one value. */
export type Tree = Tensor | { readonly [name: string]: Tree }

/** A flat record of named tensors: what one layer owns. */
export type Variables = Readonly<Record<string, Tensor>>

const isTensor = (tree: Tree): tree is Tensor => 'primitive' in tree && Array.isArray(tree.inputs)

/** The leaves with their dotted names ('generator.dense1.weight'), in the order in which the record was written. */
export function leavesOf(tree: Tree, prefix = ''): [name: string, tensor: Tensor][] {
  if (isTensor(tree)) return [[prefix, tree]]
  return Object.entries(tree).flatMap(([name, branch]) => leavesOf(branch, prefix === '' ? name : `${prefix}.${name}`))
}

/** A tree of the same form, every leaf replaced. */
export function mapTree<T extends Tree>(tree: T, change: (tensor: Tensor, name: string) => Tensor, prefix = ''): T {
  const map = (branch: Tree, name: string): Tree =>
    isTensor(branch)
      ? change(branch, name)
      : Object.fromEntries(
          Object.entries(branch).map(([key, value]) => [key, map(value, name === '' ? key : `${name}.${key}`)]),
        )
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the checker cannot see that a map over all leaves keeps the form
  return map(tree, prefix) as T
}
