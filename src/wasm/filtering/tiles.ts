import type { Shape } from '../../tensor/tensor.ts'
import { call, forRange, get, i32, load, op, seq, set, store } from '../emit.ts'
import type { Code, FunctionContext, FunctionHandle } from '../emit.ts'
import { scale, sum, walkPoints } from '../rows.ts'

/** Some of all tiles of pixels. */
export interface SomeTiles {
  readonly first: Code
  readonly count: Code
  /** Images, pairs down, pairs across. */
  readonly extents: Shape
}

/** Code that writes where tiles begin into a table, in bytes from the first one; strides are those of an image and of the pairs. */
export function writeTable(f: FunctionContext, table: Code, tiles: SomeTiles, strides: readonly number[]): Code {
  const [place, entry] = [f.local('i32'), f.local('i32')]
  return seq(
    set(entry, table),
    walkPoints(f, tiles, {
      moveTo: (index) => set(place, sum(...index.map((along, axis) => scale(along, strides[axis] * 4)))),
      step: set(place, sum(get(place), i32(strides[tiles.extents.length - 1] * 4))),
      visit: () => seq(store('i32.store', get(entry), get(place)), set(entry, sum(get(entry), i32(4)))),
    }),
  )
}

/** Code that writes the points of tiles, each `width` elements from `start` + its place in the table on, one behind the other. */
export function writePoints(
  f: FunctionContext,
  transform: FunctionHandle,
  { table, count, start, to, width }: { table: Code; count: Code; start: Code; to: Code; width: number },
): Code {
  const [index, target] = [f.local('i32'), f.local('i32')]
  return seq(
    set(target, to),
    forRange(
      index,
      i32(0),
      count,
      1,
      seq(
        call(
          transform,
          sum(start, load('i32.load', sum(table, op('i32.shl', get(index), i32(2))))),
          get(target),
          i32(width),
        ),
        set(target, sum(get(target), i32(width * 4))),
      ),
    ),
  )
}
