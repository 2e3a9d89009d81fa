import { range } from '../tensor/shape.ts'
import { accessesOf, bytesIn, temporariesOf } from './nest.ts'
import type { Block, Nest } from './nest.ts'
import { timingsOf } from './timing.ts'

/**
 * Kernels that may run at the same time, phase after phase. `nests` are in an order that is right one after the other; each comes
 * after those for which it waits, because one of the two writes what the other touches.
 */
export function phasesOf(nests: readonly Nest[]): Nest[][] {
  const choices = timingsOf(nests).map((phaseOf) =>
    range(Math.max(-1, ...phaseOf) + 1).map((phase) => nests.filter((_, index) => phaseOf[index] === phase)),
  )
  return choices.reduce((best, other) => (layOut(other).bytes < layOut(best).bytes ? other : best))
}

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

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64

/** Temporaries whose lives do not meet share memory: the largest are placed first, each at the lowest free address. */
export function layOut(phases: readonly (readonly Nest[])[]): Layout {
  const lives = new Map<Block, { first: number; last: number }>()
  phases.forEach((nests, phase) => {
    for (const nest of nests) {
      for (const block of temporariesOf(nest))
        lives.set(block, { first: lives.get(block)?.first ?? phase, last: phase })
    }
  })

  const addressOf = new Map<Block, number>()
  let bytes = 0
  const bySize = [...lives.keys()].toSorted((a, b) => bytesIn(b) - bytesIn(a))
  for (const block of bySize) {
    const life = lives.get(block)
    if (life === undefined) continue
    const neighbours = [...addressOf]
      .filter(([other]) => meets(life, lives.get(other)))
      .map(([other, address]) => ({ from: address, to: address + align(bytesIn(other)) }))
      .toSorted((a, b) => a.from - b.from)
    const length = align(bytesIn(block))
    let address = 0
    for (const { from, to } of neighbours) if (from < address + length) address = Math.max(address, to)
    addressOf.set(block, address)
    bytes = Math.max(bytes, address + length)
  }
  return { addressOf, bytes }
}

const meets = (a: { first: number; last: number }, b: { first: number; last: number } | undefined): boolean =>
  b !== undefined && a.first <= b.last && b.first <= a.last
