import { isKind } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Place } from './build.ts'
import type { Group } from './schedule.ts'
import { peel, rootOf, viewIn } from './view.ts'

/** A view of something in memory, and the tensor that is computed from it; null for a copy. */
interface Use {
  readonly operand: Tensor
  readonly user: Tensor | null
}

/** The uses of each root that is read from memory. */
export type Uses = Map<Tensor, Use[]>

/**
 * Everything that groups read from memory, and that is copied from there for `outputs`. Parts of wholes are left out: they are written
 * into them.
 */
export function usesOf(
  groups: readonly Group[],
  homes: ReadonlyMap<Tensor, Group>,
  outputs: readonly Tensor[],
  isWhole: (tensor: Tensor) => boolean,
): Uses {
  const uses: Uses = new Map()
  for (const group of groups) {
    for (const member of group.members) {
      if (isWhole(member)) continue
      for (const input of member.inputs) {
        if (homes.get(peel(input)) !== group) addUse(uses, homes, input, member)
      }
    }
  }
  for (const output of outputs) addUse(uses, homes, output, null)
  return uses
}

export function addUse(uses: Uses, homes: ReadonlyMap<Tensor, Group>, operand: Tensor, user: Tensor | null): void {
  const operands = new Set([operand])
  for (const seen of operands) {
    const root = rootOf(seen)
    // What is computed again inside of a reduction is not read itself.
    if (isKind(root, 'elementwise') && !homes.has(root)) for (const input of root.inputs) operands.add(input)
    else uses.set(root, [...(uses.get(root) ?? []), { operand: seen, user }])
  }
}

/** Whether all uses of a root can read it at a place that it does not fill. */
export function isReadableAt(
  root: Tensor,
  { offset, strides }: Place,
  uses: Uses,
  homes: ReadonlyMap<Tensor, Group>,
): boolean {
  return (uses.get(root) ?? []).every(
    ({ operand, user }) =>
      viewIn(operand, { root, offset, strides }) !== null && (user === null || readsAnywhere(user, homes)),
  )
}

/** Whether the kernel of a tensor reads its operands with any strides. */
function readsAnywhere(user: Tensor, homes: ReadonlyMap<Tensor, Group>): boolean {
  if (isKind(user, 'reduce') || isKind(user, 'matmul') || isKind(user, 'convolve')) return true
  const anchor = homes.get(user)?.anchor
  return isKind(user, 'elementwise') && !(anchor && (isKind(anchor, 'random') || isKind(anchor, 'shuffle')))
}
