import { bytesOf } from '../kernels/nest.ts'
import type { Access, Block, Body } from '../kernels/nest.ts'
import type { Target } from '../kernels/target.ts'
import type { Shape } from '../tensor/tensor.ts'
import { forRange, get, i32, ifElse, op, seq, set } from './emit.ts'
import type { Code, FunctionContext, Local } from './emit.ts'
import { bodyCode, laneCount } from './lanes.ts'
import type { Cursor, Place } from './lanes.ts'

/** What every emitter needs of its surroundings. */
export interface Environment {
  readonly strict: boolean
  /** What the kernels were planned for. */
  readonly target: Target
  /** Byte address of a block. */
  addressOf(block: Block): number
}

export const scale = (code: Code, factor: number): Code => {
  if (factor === 0) return i32(0)
  return factor === 1 ? code : op('i32.mul', code, i32(factor))
}

export const sum = (...terms: Code[]): Code => terms.reduce((a, b) => op('i32.add', a, b))

/**
 * Byte offsets from the start of a block, one local per distinct walk through memory: accesses that walk alike share it, as the
 * block's address is a constant of the instruction.
 */
export interface Walks {
  /** Sets the offsets for a point: `index[axis]` is code for its position along each outer axis and for the start of the innermost. */
  moveTo(index: readonly Code[]): Code
  /** One step along an axis. */
  advance(axis: number): Code
  /** A cursor for elements behind `position` (elements, times 4 bytes) along the innermost axis. */
  cursor(position: Code, produced: Place | null): Cursor
}

export function walksOf(f: FunctionContext, environment: Environment, accesses: readonly Access[]): Walks {
  const keyOf = ({ strides, block }: Access) => `${strides.join()}:${bytesOf(block.dtype)}`
  const walks = new Map<string, { strides: readonly number[]; bytes: number; offset: Local }>()
  for (const access of accesses) {
    if (walks.has(keyOf(access))) continue
    walks.set(keyOf(access), { strides: access.strides, bytes: bytesOf(access.block.dtype), offset: f.local('i32') })
  }
  return {
    moveTo: (index) =>
      seq(
        ...[...walks.values()].map(({ strides, bytes, offset }) => {
          const terms = strides.flatMap((stride, axis) => (stride === 0 ? [] : [scale(index[axis], stride * bytes)]))
          return set(offset, terms.length === 0 ? i32(0) : sum(...terms))
        }),
      ),
    advance: (axis) =>
      seq(
        ...[...walks.values()]
          .filter(({ strides }) => strides[axis] !== 0)
          .map(({ strides, bytes, offset }) => set(offset, sum(get(offset), i32(strides[axis] * bytes)))),
      ),
    cursor: (position, produced) => ({
      produced,
      locate(access) {
        const walk = walks.get(keyOf(access))
        if (walk === undefined) throw new Error('an access that was not announced')
        const stride = access.strides.length === 0 ? 0 : access.strides[access.strides.length - 1]
        const moved = stride === 0 ? get(walk.offset) : sum(get(walk.offset), along(position, stride * walk.bytes))
        return {
          address: moved,
          offset: environment.addressOf(access.block) + access.offset * walk.bytes,
          stride,
          stored: access.block.dtype,
        }
      },
    }),
  }
}

/** `position` counts in units of 4 bytes per element. */
function along(position: Code, bytesPerElement: number): Code {
  if (bytesPerElement === 4) return position
  if (bytesPerElement === 1) return op('i32.shr_u', position, i32(2))
  return op('i32.mul', op('i32.shr_u', position, i32(2)), i32(bytesPerElement))
}

/** Vectors per turn of the main loop: two pairs that V8 can join to 256 bits. */
const unroll = 4

/**
 * A body along the innermost axis: for `count` elements (a number, or code for one that is a multiple of `multipleOf`).
 */
export function rowCode(
  f: FunctionContext,
  environment: Environment,
  body: Body,
  walks: Walks,
  count: number | Code,
  multipleOf: number,
  produced: Place | null,
): Code {
  const position = f.local('i32')
  const bytes = (elements: number | Code): Code =>
    typeof elements === 'number' ? i32(elements * 4) : op('i32.shl', elements, i32(2))
  const cursor = walks.cursor(
    get(position),
    produced && { ...produced, address: sum(produced.address, along(get(position), bytesOf(produced.stored))) },
  )
  const turn = (vectors: number, width: 'vector' | 'first') =>
    bodyCode(f, body, cursor, vectors, width, environment.strict)
  const main = unroll * laneCount
  const known = typeof count === 'number'
  const end = f.local('i32')
  /** Turns of `step` elements while they fit; the loop goes on where the last one stopped. */
  const turns = (step: number, vectors: number, width: 'vector' | 'first') => {
    const last = known ? i32(Math.floor(count / step) * step * 4) : op('i32.and', get(end), i32(-step * 4))
    return forRange(position, get(position), last, step * 4, turn(vectors, width))
  }
  const needs = (step: number, before: number) =>
    known ? Math.floor(count / step) * step > Math.floor(count / before) * before : multipleOf % before !== 0
  return seq(
    set(position, i32(0)),
    known ? seq() : set(end, bytes(count)),
    known && count < main ? seq() : turns(main, unroll, 'vector'),
    needs(laneCount, main) ? turns(laneCount, 1, 'vector') : seq(),
    needs(1, laneCount) ? turns(1, 1, 'first') : seq(),
  )
}

/**
 * Code that comes by `count` points of a row-major space, from `first` on, one after the other: `moveTo` works out where a point
 * is by its index along each axis; from there on it takes one `step` along the innermost axis for each, up to its end.
 */
export function walkPoints(
  f: FunctionContext,
  { first, count, extents }: { readonly first: Code; readonly count: Code; readonly extents: Shape },
  {
    moveTo,
    step,
    visit,
  }: { readonly moveTo: (index: Code[]) => Code; readonly step: Code; readonly visit: (index: Local) => Code },
): Code {
  const [index, point, left] = Array.from({ length: 3 }, () => f.local('i32'))
  const inner = extents[extents.length - 1]
  return seq(
    set(left, i32(0)),
    forRange(
      index,
      i32(0),
      count,
      1,
      seq(
        ifElse(
          op('i32.eqz', get(left)),
          seq(
            set(point, sum(first, get(index))),
            moveTo(decode(point, extents)),
            set(left, op('i32.sub', i32(inner), op('i32.rem_u', get(point), i32(inner)))),
          ),
          step,
        ),
        set(left, op('i32.sub', get(left), i32(1))),
        visit(index),
      ),
    ),
  )
}

/** Code for the position along each axis of point `flat` of a row-major space. */
export function decode(flat: Local, extents: Shape): Code[] {
  let below = 1
  const index: Code[] = []
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    const above = below === 1 ? get(flat) : op('i32.div_u', get(flat), i32(below))
    index.unshift(axis === 0 ? above : op('i32.rem_u', above, i32(extents[axis])))
    below *= extents[axis]
  }
  return index
}
