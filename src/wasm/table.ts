import type { Shape } from '../tensor/tensor.ts'
import { forRange, get, i32, seq, set, store } from './emit.ts'
import type { Code, FunctionContext } from './emit.ts'
import { scale, sum, walkPoints } from './rows.ts'

/** Some points of a row-major space, one after the other. */
export interface SomePoints {
  readonly first: Code
  readonly count: Code
  readonly extents: Shape
}

/** How far the element at `index` stands from the first one, in bytes; strides are in elements, those of further axes do not count. */
export function bytesAlong(index: readonly Code[], strides: readonly number[]): Code {
  const terms = index.flatMap((at, axis) => (strides[axis] === 0 ? [] : [scale(at, strides[axis] * 4)]))
  return terms.length === 0 ? i32(0) : sum(...terms)
}

/**
 * Code that writes where points stand into a table, in bytes from the first of all.
 * @param upTo how many entries to write at least: beyond the last point they repeat it, for whoever takes them along.
 */
export function writeTable(
  f: FunctionContext,
  table: Code,
  points: SomePoints,
  strides: readonly number[],
  upTo = 0,
): Code {
  const [place, entry, beyond] = Array.from({ length: 3 }, () => f.local('i32'))
  const inner = points.extents.length - 1
  const writeOne = seq(store('i32.store', get(entry), get(place)), set(entry, sum(get(entry), i32(4))))
  return seq(
    set(entry, table),
    walkPoints(f, points, {
      moveTo: (index) => set(place, bytesAlong(index, strides)),
      step: set(place, sum(get(place), i32(strides[inner] * 4))),
      visit: () => writeOne,
    }),
    upTo === 0 ? seq() : forRange(beyond, points.count, i32(upTo), 1, writeOne),
  )
}
