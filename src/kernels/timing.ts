import { range } from '../tensor/shape.ts'
import { bytesIn, temporariesOf } from './nest.ts'
import type { Block, Nest } from './nest.ts'
import { conflict, regionsOf } from './regions.ts'
import type { Region } from './regions.ts'

/** Which kernels wait for which, and what they need memory for. */
interface Waiting {
  /** For every kernel, the earlier ones for which it waits, and the later ones that wait for it. */
  readonly before: readonly (readonly number[])[]
  readonly after: readonly (readonly number[])[]
  readonly temporaries: readonly (readonly Block[])[]
  readonly users: ReadonlyMap<Block, readonly number[]>
}

/**
 * In which phase every kernel runs, as few phases as can be: two ways to choose. Most kernels could run in several phases, and when they do
 * decides for how long values need memory. From the earliest phases on, kernels are put off where that is better, which suits what
 * is used up at once, as gradients of weights; from the latest ones on, they are brought forward, which suits chains that nobody waits
 * for, as the second pass of a generator while its opponent still learns. `nests` are in an order that is right one after the other.
 */
export function timingsOf(nests: readonly Nest[]): number[][] {
  const waiting = waitingAmong(nests)
  const { before, after } = waiting
  const early: number[] = []
  for (const waits of before) early.push(Math.max(-1, ...waits.map((other) => early[other])) + 1)
  const phases = Math.max(-1, ...early) + 1
  const late: number[] = []
  for (const index of [...nests.keys()].toReversed())
    late[index] = Math.min(phases, ...after[index].map((other) => late[other])) - 1

  for (const index of [...nests.keys()].toReversed()) {
    const last = Math.min(phases, ...after[index].map((other) => early[other])) - 1
    early[index] = cheapest(
      index,
      early,
      range(last - early[index]).map((wait) => early[index] + wait + 1),
      waiting,
    )
  }
  for (const index of nests.keys()) {
    const first = Math.max(-1, ...before[index].map((other) => late[other])) + 1
    late[index] = cheapest(
      index,
      late,
      range(late[index] - first).map((haste) => late[index] - haste - 1),
      waiting,
    )
  }
  return [early, late]
}

/** The phase, its own or one of the others, in which a kernel lets values live the shortest; of equal ones, the last of the list. */
function cheapest(
  index: number,
  phaseOf: readonly number[],
  others: readonly number[],
  { temporaries, users }: Waiting,
): number {
  const lives = temporaries[index].map((block) => {
    const phases = (users.get(block) ?? []).filter((user) => user !== index).map((user) => phaseOf[user])
    return { bytes: bytesIn(block), first: Math.min(...phases), last: Math.max(...phases) }
  })
  const cost = (phase: number) =>
    lives.reduce((sum, { bytes, first, last }) => sum + bytes * (Math.max(last, phase) - Math.min(first, phase)), 0)
  return others.reduce((best, phase) => (cost(phase) <= cost(best) ? phase : best), phaseOf[index])
}

function waitingAmong(nests: readonly Nest[]): Waiting {
  const touching = new Map<Block, { readonly index: number; readonly regions: readonly Region[] }[]>()
  const before = nests.map((nest, index) => {
    const waits = new Set<number>()
    for (const [block, regions] of regionsOf(nest)) {
      const earlier = touching.get(block) ?? []
      for (const other of earlier) if (conflict(other.regions, regions)) waits.add(other.index)
      touching.set(block, [...earlier, { index, regions }])
    }
    return [...waits]
  })
  const after: number[][] = nests.map(() => [])
  before.forEach((waits, index) => waits.forEach((earlier) => after[earlier].push(index)))
  const temporaries = nests.map(temporariesOf)
  const users = new Map<Block, number[]>()
  temporaries.forEach((blocks, index) =>
    blocks.forEach((block) => users.set(block, [...(users.get(block) ?? []), index])),
  )
  return { before, after, temporaries, users }
}
