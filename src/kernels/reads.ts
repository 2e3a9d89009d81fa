import { isKind } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Place } from './build.ts'
import type { Group } from './schedule.ts'
import { peel, rootOf, viewIn } from './view.ts'

/** Something that is seen in memory, and the tensor that is computed from it; null for a copy. */
interface Read {
  readonly operand: Tensor
  readonly reader: Tensor | null
}

/** Who reads each root from memory. */
export type Reads = Map<Tensor, Read[]>

/**
 * Everything that groups read from memory, and that is copied from there for `outputs`. Parts of wholes are left out: they are written
 * into them.
 */
export function readsOf(
  groups: readonly Group[],
  homes: ReadonlyMap<Tensor, Group>,
  outputs: readonly Tensor[],
  isWhole: (tensor: Tensor) => boolean,
): Reads {
  const reads: Reads = new Map()
  for (const group of groups) {
    for (const member of group.members) {
      if (isWhole(member)) continue
      for (const input of member.inputs) {
        if (homes.get(peel(input)) !== group) addRead(reads, homes, input, member)
      }
    }
  }
  for (const output of outputs) addRead(reads, homes, output, null)
  return reads
}

export function addRead(reads: Reads, homes: ReadonlyMap<Tensor, Group>, operand: Tensor, reader: Tensor | null): void {
  const operands = new Set([operand])
  for (const seen of operands) {
    const root = rootOf(seen)
    // What is computed again inside of a reduction is not read itself.
    if (isKind(root, 'elementwise') && !homes.has(root)) for (const input of root.inputs) operands.add(input)
    else reads.set(root, [...(reads.get(root) ?? []), { operand: seen, reader }])
  }
}

/** Whether all who read a root can read it at a place that it does not fill. */
export function isReadableAt(
  root: Tensor,
  { offset, strides }: Place,
  reads: Reads,
  homes: ReadonlyMap<Tensor, Group>,
): boolean {
  const readers = reads.get(root) ?? []
  return readers.every(
    ({ operand, reader }) =>
      viewIn(operand, { root, offset, strides }) !== null && (reader === null || readsAnywhere(reader, homes)),
  )
}

/** Kernels that read their operands with any strides. */
function readsAnywhere(reader: Tensor, homes: ReadonlyMap<Tensor, Group>): boolean {
  if (isKind(reader, 'reduce') || isKind(reader, 'matmul') || isKind(reader, 'convolve')) return true
  const anchor = homes.get(reader)?.anchor
  return isKind(reader, 'elementwise') && !(anchor && (isKind(anchor, 'random') || isKind(anchor, 'shuffle')))
}
