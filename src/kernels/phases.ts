import { range } from '../tensor/shape.ts'
import { accessesOf, bytesIn, temporariesOf } from './nest.ts'
import type { Block, Nest } from './nest.ts'
import type { Target } from './target.ts'
import { leanTimings, shortestTimings } from './timing.ts'
import type { Timing } from './timing.ts'
import { dependenciesAmong } from './dependencies.ts'

/**
 * Kernels that may run at the same time, phase after phase. `nests` are in an order that is right one after the other; each comes
 * after those that it depends on, because one of the two writes what the other touches.
 */
export function phasesOf(nests: readonly Nest[], target: Target): Nest[][] {
  const dependencies = dependenciesAmong(nests)
  const [shortest, lean] = [shortestTimings(dependencies), leanTimings(dependencies)].map((timings) =>
    leanest(
      timings.map((timing) => inPhases(nests, timing)),
      target,
    ),
  )
  return lean.bytes + target.worth.phase <= shortest.bytes ? lean.phases : shortest.phases
}

const inPhases = (nests: readonly Nest[], timing: Timing): Nest[][] =>
  range(Math.max(-1, ...timing) + 1)
    .map((phase) => nests.filter((_, index) => timing[index] === phase))
    .filter(({ length }) => length > 0)

/** The choice that needs the least memory, and how much that is. */
const leanest = (choices: readonly Nest[][][], target: Target) =>
  choices
    .map((phases) => ({ phases, bytes: layOut(phases, target).bytes }))
    .reduce((best, other) => (other.bytes < best.bytes ? other : best))

/** Tables that must be written before the first step. */
export function literalsOf(nests: readonly Nest[]): Block[] {
  const blocks = nests.flatMap((nest) => accessesOf(nest).reads.map(({ block }) => block))
  return [...new Set(blocks.filter(({ role }) => role === 'literal'))]
}

/** Where each temporary stands relative to the start of the scratch memory, and how much that needs. */
export interface Layout {
  readonly addressOf: ReadonlyMap<Block, number>
  readonly bytes: number
}

/** The phases that need a block. */
interface Life {
  readonly first: number
  readonly last: number
}

/** Temporaries whose lives do not meet share memory: the largest are placed first, each at the lowest free address. */
export function layOut(phases: readonly (readonly Nest[])[], { cache: { line } }: Target): Layout {
  const lives = new Map<Block, Life>()
  phases.forEach((nests, phase) => {
    for (const nest of nests) {
      for (const block of temporariesOf(nest))
        lives.set(block, { first: lives.get(block)?.first ?? phase, last: phase })
    }
  })

  const addressOf = new Map<Block, number>()
  const bySize = [...lives].toSorted(([a], [b]) => bytesIn(b) - bytesIn(a))
  // By address.
  const placed: (Life & { readonly from: number; readonly to: number })[] = []
  let bytes = 0
  for (const [block, life] of bySize) {
    const length = Math.ceil(bytesIn(block) / line) * line
    let from = 0
    for (const other of placed) if (other.from < from + length && meets(life, other)) from = Math.max(from, other.to)
    const to = from + length
    addressOf.set(block, from)
    placed.splice(placed.findLastIndex((other) => other.from <= from) + 1, 0, { ...life, from, to })
    bytes = Math.max(bytes, to)
  }
  return { addressOf, bytes }
}

const meets = (a: Life, b: Life): boolean => a.first <= b.last && b.first <= a.last
