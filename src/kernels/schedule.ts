import { consumersOf, topological } from '../tensor/graph.ts'
import { sizeOf } from '../tensor/shape.ts'
import { isKind } from '../tensor/tensor.ts'
import type { Kind, Shape, Tensor } from '../tensor/tensor.ts'
import type { Target } from './target.ts'
import { isView, peel, rootOf, squeeze, viewOf } from './view.ts'

/**
 * Operations that share one kernel: the loops of an anchor (a matrix product, a reduction, ...) with the elementwise work that
 * follows it point by point, or, without an anchor, elementwise work alone.
 */
export interface Group {
  readonly anchor: Tensor | null
  /** Extents of the points that it computes, without axes of size 1. */
  readonly space: Shape
  /** In order of computation; the anchor first. */
  readonly members: Tensor[]
}

export interface Schedule {
  readonly groups: readonly Group[]
  /** The group that computes a tensor; tensors that are recomputed inside every reduction that reads them have none. */
  readonly homeOf: ReadonlyMap<Tensor, Group>
}

/** What no kernel computes. */
export const leaves: ReadonlySet<Kind> = new Set(['input', 'literal', 'constant'])

/** Decides which operations share a kernel. `outputs` must be stored; everything else only where another kernel reads it. */
export function schedule(outputs: readonly Tensor[], { limits, worth }: Target): Schedule {
  const order = topological(outputs).filter((tensor) => !leaves.has(tensor.primitive.kind) && !isView(tensor))
  const homes = new Map<Tensor, Group>()
  for (const tensor of order) place(tensor, homes, limits.operations)
  const kept = new Set(outputs.map((output) => rootOf(output)))
  dissolveIntoReductions(topological(outputs), kept, homes, worth.repeating)
  return { groups: [...new Set(homes.values())], homeOf: homes }
}

function place(tensor: Tensor, homes: Map<Tensor, Group>, mostMembers: number): void {
  const space = squeeze(tensor.shape)
  if (!isKind(tensor, 'elementwise')) {
    const anchored = { anchor: isView(tensor) || isKind(tensor, 'reshape') ? null : tensor, space, members: [tensor] }
    homes.set(tensor, anchored)
    return
  }
  const candidates = tensor.inputs
    .map((input) => homes.get(peel(input)))
    .filter((group) => group !== undefined && group.members.length < mostMembers && canJoin(tensor, group, homes))
  const group = [...new Set(candidates)].reduce(
    (joined: Group | undefined, candidate) => (joined && candidate ? merge(joined, candidate, homes) : candidate),
    undefined,
  ) ?? { anchor: null, space, members: [] }
  group.members.push(tensor)
  homes.set(tensor, group)
}

/** Whether `tensor` can be computed point by point where `group` is, without the group having to wait for itself. */
function canJoin(tensor: Tensor, group: Group, homes: ReadonlyMap<Tensor, Group>): boolean {
  if (group.space.join() !== squeeze(tensor.shape).join()) return false
  if (group.anchor !== null && (isKind(group.anchor, 'concat') || isKind(group.anchor, 'pad'))) return false
  if (group.members.some((member) => isKind(member, 'reshape'))) return false
  const flat = group.anchor !== null && (isKind(group.anchor, 'random') || isKind(group.anchor, 'shuffle'))
  if (flat && !tensor.inputs.every(isFlat)) return false
  return tensor.inputs.every((input) => {
    if (homes.get(peel(input)) === group) return true
    return !dependsOn(input, group, homes)
  })
}

/** Random numbers are made in one flat run: what joins them must be walked through in the same run. */
function isFlat(input: Tensor): boolean {
  const { root, strides } = viewOf(input)
  return strides.every((stride) => stride === 0) || peel(input) === root
}

/**
 * Joins two groups that a tensor can join, so that neither waits for the other; at most one of them may have an anchor. Where they cannot
 * be joined, gives the one for the tensor to join.
 */
function merge(a: Group, b: Group, homes: Map<Tensor, Group>): Group {
  if (a.anchor !== null && b.anchor !== null) return b
  const [anchored, joining] = b.anchor === null ? [a, b] : [b, a]
  const flat = anchored.anchor !== null && (isKind(anchored.anchor, 'random') || isKind(anchored.anchor, 'shuffle'))
  if (flat) return joining
  const all = new Set([...anchored.members, ...joining.members])
  const order = topological([...all]).filter((tensor) => all.has(tensor))
  anchored.members.splice(0, anchored.members.length, ...order)
  for (const member of joining.members) homes.set(member, anchored)
  return anchored
}

/** What has to be there to see the tensors: their roots, or what those read that are computed again inside a reduction. */
export function rootsOf(tensors: readonly Tensor[], homes: ReadonlyMap<Tensor, Group>): Tensor[] {
  const repeated = (root: Tensor) => isKind(root, 'elementwise') && !homes.has(root)
  const roots = new Set(tensors.map((tensor) => rootOf(tensor)))
  for (const root of roots) if (repeated(root)) for (const input of root.inputs) roots.add(rootOf(input))
  return [...roots].filter((root) => !repeated(root))
}

/** Groups that `group` reads from. */
export function readBy(group: Group, homes: ReadonlyMap<Tensor, Group>): Group[] {
  const inputs = group.members.flatMap((member) => member.inputs)
  const sources = new Set(rootsOf(inputs, homes).map((root) => homes.get(root)))
  return [...sources].filter((source) => source !== undefined).filter((source) => source !== group)
}

/** Whether what is needed to see a tensor needs a group; asked for every pair that might join, so it makes no lists. */
function dependsOn(tensor: Tensor, target: Group, homes: ReadonlyMap<Tensor, Group>): boolean {
  const first = homes.get(rootOf(tensor))
  if (first === undefined) return false
  const seen = new Set([first])
  for (const group of seen) {
    if (group === target) return true
    for (const { inputs } of group.members) {
      for (const input of inputs) {
        const source = homes.get(rootOf(input))
        if (source !== undefined) seen.add(source)
      }
    }
  }
  return false
}

/**
 * Elementwise work that only reductions read is done inside them, from registers: it gets no home. Where several reductions
 * read it, it is repeated if it has no more elements than are cheap to repeat.
 */
function dissolveIntoReductions(
  order: readonly Tensor[],
  kept: ReadonlySet<Tensor>,
  homes: Map<Tensor, Group>,
  cheapToRepeat: number,
): void {
  const consumers = consumersOf(order)
  const readers = (tensor: Tensor): Tensor[] =>
    (consumers.get(tensor) ?? []).flatMap((reader) => (peel(reader) === tensor ? readers(reader) : [reader]))
  const reducible = (reader: Tensor) => isKind(reader, 'reduce') && reader.shape.length < reader.inputs[0].shape.length
  for (const group of new Set(homes.values())) {
    if (group.anchor !== null || group.members.some((member) => !isKind(member, 'elementwise') || kept.has(member)))
      continue
    const outside = group.members.flatMap((member) => readers(member).filter((reader) => homes.get(reader) !== group))
    const repeats = new Set(outside).size
    const dissolves =
      outside.every(reducible) && (repeats === 1 || (repeats > 1 && sizeOf(group.space) <= cheapToRepeat))
    if (dissolves) for (const member of group.members) homes.delete(member)
  }
}
