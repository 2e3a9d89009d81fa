import { temporariesOf } from './nest.ts'
import type { Block, Nest } from './nest.ts'
import { conflict, regionsOf } from './regions.ts'
import type { Region } from './regions.ts'

/** Which kernels depend on which, and what they need memory for. */
export interface Dependencies {
  /** For every kernel, the earlier ones that it depends on, and the later ones that depend on it. */
  readonly before: readonly (readonly number[])[]
  readonly after: readonly (readonly number[])[]
  readonly temporaries: readonly (readonly Block[])[]
  readonly users: ReadonlyMap<Block, readonly number[]>
}

/** `nests` are in an order that is right one after the other. */
export function dependenciesAmong(nests: readonly Nest[]): Dependencies {
  const touching = new Map<Block, { readonly index: number; readonly regions: readonly Region[] }[]>()
  const before = nests.map((nest, index) => {
    const needed = new Set<number>()
    for (const [block, regions] of regionsOf(nest)) {
      const earlier = touching.get(block) ?? []
      for (const other of earlier) if (conflict(other.regions, regions)) needed.add(other.index)
      touching.set(block, [...earlier, { index, regions }])
    }
    return [...needed]
  })
  const after: number[][] = nests.map(() => [])
  before.forEach((needed, index) => needed.forEach((earlier) => after[earlier].push(index)))
  const temporaries = nests.map(temporariesOf)
  const users = new Map<Block, number[]>()
  temporaries.forEach((blocks, index) =>
    blocks.forEach((block) => users.set(block, [...(users.get(block) ?? []), index])),
  )
  return { before, after, temporaries, users }
}
