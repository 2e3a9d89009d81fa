import { isKind } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { isWhole } from './assembly.ts'
import { readBy, rootsOf } from './schedule.ts'
import type { Group } from './schedule.ts'
import { peel, rootOf } from './view.ts'

/** A state tensor's old value and what replaces it. */
export interface Update {
  readonly before: Tensor
  readonly after: Tensor
}

/** An order in which the groups can run one after the other, and which updates may overwrite the old value in place. */
export interface Order {
  readonly groups: readonly Group[]
  readonly inPlace: ReadonlySet<Update>
}

/**
 * An update can be written over the old value when whoever reads the old value can run first. Updates for which that would be a
 * circle (something needs both the old value and the new one) are left out: they are copied at the end.
 */
export function orderGroups(
  groups: readonly Group[],
  homes: ReadonlyMap<Tensor, Group>,
  updates: readonly Update[],
): Order {
  const before = new Map(groups.map((group) => [group, new Set(readBy(group, homes))]))
  const readers = readersOfRoots(groups, homes)
  const inPlace = new Set<Update>()
  const written = new Set<Tensor>()
  for (const update of updates) {
    const root = peel(update.after)
    const writer = homes.get(root)
    if (writer === undefined || isWhole(root) || written.has(root) || rootOf(root) !== root) continue
    if (!readsPointByPoint(writer, update.before, homes)) continue
    const others = [...(readers.get(update.before) ?? [])].filter((reader) => reader !== writer)
    if (others.some((reader) => mustFollow(reader, writer, before))) continue
    for (const reader of others) before.get(writer)?.add(reader)
    written.add(root)
    inPlace.add(update)
  }
  return { groups: sorted(groups, before), inPlace }
}

function readersOfRoots(groups: readonly Group[], homes: ReadonlyMap<Tensor, Group>): Map<Tensor, Set<Group>> {
  const readers = new Map<Tensor, Set<Group>>()
  for (const group of groups) {
    for (const root of rootsOf(
      group.members.flatMap(({ inputs }) => inputs),
      homes,
    )) {
      readers.set(root, (readers.get(root) ?? new Set()).add(group))
    }
  }
  return readers
}

/** Whether a group that reads `state` at all reads each element only where it computes the same element of its results. */
function readsPointByPoint(group: Group, state: Tensor, homes: ReadonlyMap<Tensor, Group>): boolean {
  return group.members.every((member) =>
    member.inputs.every((input) => {
      if (!rootsOf([input], homes).includes(state)) return true
      return isKind(member, 'elementwise') && peel(input) === state
    }),
  )
}

function mustFollow(group: Group, target: Group, before: ReadonlyMap<Group, ReadonlySet<Group>>): boolean {
  const seen = new Set([group])
  for (const next of seen) {
    if (next === target) return true
    for (const source of before.get(next) ?? []) seen.add(source)
  }
  return false
}

function sorted(groups: readonly Group[], before: ReadonlyMap<Group, ReadonlySet<Group>>): Group[] {
  const order = new Set<Group>()
  const place = (group: Group) => {
    if (order.has(group)) return
    for (const source of before.get(group) ?? []) place(source)
    order.add(group)
  }
  for (const group of groups) place(group)
  return [...order]
}
