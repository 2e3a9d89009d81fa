import { greatestCommonDivisor, range } from '../tensor/shape.ts'
import { accessesOf, bytesOf } from './nest.ts'
import type { Access, Block, Nest } from './nest.ts'

/** A piece of a block that a kernel touches, and how it walks through it. */
interface Region {
  readonly block: Block
  readonly from: number
  readonly to: number
  /** Longest strides first; none where the walk is not known. */
  readonly walk: readonly { readonly extent: number; readonly stride: number }[]
}

/**
 * Kernels that may run at the same time, phase after phase: a kernel comes one phase after the last one that it must wait for,
 * because one of the two writes what the other touches. `nests` are in an order that is right one after the other.
 */
export function phasesOf(nests: readonly Nest[]): Nest[][] {
  const touched = nests.map(regionsOf)
  const phaseOf: number[] = []
  const phases: Nest[][] = []
  nests.forEach((nest, index) => {
    let phase = 0
    for (let earlier = 0; earlier < index; earlier++) {
      if (phaseOf[earlier] >= phase && conflict(touched[earlier], touched[index])) phase = phaseOf[earlier] + 1
    }
    phaseOf.push(phase)
    ;(phases[phase] ??= []).push(nest)
  })
  return phases
}

function regionsOf(nest: Nest): { reads: Region[]; writes: Region[] } {
  const { reads, writes } = accessesOf(nest)
  const whole = ({ block }: Access): Region => ({ block, from: 0, to: block.size, walk: [] })
  const exact = ({ block, offset, strides }: Access): Region => {
    const walk = strides
      .map((stride, axis) => ({ extent: nest.space[axis], stride }))
      .filter(({ extent, stride }) => extent > 1 && stride !== 0)
      .toSorted((a, b) => b.stride - a.stride)
    return { block, from: offset, to: offset + reachOf(walk) + 1, walk }
  }
  return { reads: reads.map(whole), writes: writes.map(exact) }
}

const reachOf = (walk: Region['walk']): number =>
  walk.reduce((sum, { extent, stride }) => sum + stride * (extent - 1), 0)

const overlap = (a: readonly Region[], b: readonly Region[]): boolean =>
  a.some((x) => b.some((y) => x.block === y.block && x.from < y.to && y.from < x.to && !interleave(x, y)))

/**
 * Whether two walks through the same memory never meet, as the rows and columns of parts that were put together in turn: seen modulo
 * a common divisor of their longer strides, each stays within a stretch of its own.
 */
function interleave(x: Region, y: Region): boolean {
  return range(x.walk.length).some((outerX) =>
    range(y.walk.length).some((outerY) => {
      const longer = [...x.walk.slice(0, outerX + 1), ...y.walk.slice(0, outerY + 1)].map(({ stride }) => stride)
      const period = longer.reduce(greatestCommonDivisor)
      const [lengthX, lengthY] = [reachOf(x.walk.slice(outerX + 1)) + 1, reachOf(y.walk.slice(outerY + 1)) + 1]
      const apart = (((y.from - x.from) % period) + period) % period
      return apart >= lengthX && apart + lengthY <= period
    }),
  )
}

type Touched = ReturnType<typeof regionsOf>

const conflict = (a: Touched, b: Touched): boolean =>
  overlap(a.writes, b.reads) || overlap(a.reads, b.writes) || overlap(a.writes, b.writes)

/** Tables that must be written before the first step. */
export function literalsOf(nests: readonly Nest[]): Block[] {
  const blocks = nests.flatMap((nest) => accessesOf(nest).reads.map(({ block }) => block))
  return [...new Set(blocks.filter(({ role }) => role === 'literal'))]
}

/** Blocks that must be all zeros before the first step. */
export function zeroedOf(nests: readonly Nest[]): Block[] {
  const blocks = nests.flatMap((nest) => accessesOf(nest).writes.map(({ block }) => block))
  return [...new Set(blocks.filter(({ role }) => role === 'zeroed'))]
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
      const { reads, writes } = accessesOf(nest)
      for (const { block } of [...reads, ...writes]) {
        if (block.role === 'temporary') lives.set(block, { first: lives.get(block)?.first ?? phase, last: phase })
      }
    }
  })

  const addressOf = new Map<Block, number>()
  let bytes = 0
  const bySize = [...lives.keys()].toSorted((a, b) => b.size * bytesOf(b.dtype) - a.size * bytesOf(a.dtype))
  for (const block of bySize) {
    const life = lives.get(block)
    if (life === undefined) continue
    const neighbours = [...addressOf]
      .filter(([other]) => meets(life, lives.get(other)))
      .map(([other, address]) => ({ from: address, to: address + align(other.size * bytesOf(other.dtype)) }))
      .toSorted((a, b) => a.from - b.from)
    const length = align(block.size * bytesOf(block.dtype))
    let address = 0
    for (const { from, to } of neighbours) if (from < address + length) address = Math.max(address, to)
    addressOf.set(block, address)
    bytes = Math.max(bytes, address + length)
  }
  return { addressOf, bytes }
}

const meets = (a: { first: number; last: number }, b: { first: number; last: number } | undefined): boolean =>
  b !== undefined && a.first <= b.last && b.first <= a.last
