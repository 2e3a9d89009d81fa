import { call, forRange, get, i32, load, op, seq, set } from '../emit.ts'
import type { Code, FunctionContext, FunctionHandle } from '../emit.ts'
import { sum } from '../rows.ts'
import { transformFunction } from './transform.ts'
import type { WinogradContext } from './context.ts'

/** B^T d B of the pixels of tiles; its points go `pointBytes` apart. */
export function dataTransform({ module, library, producer }: WinogradContext, pointBytes: number): FunctionHandle {
  const [down, across] = producer.directions
  const [vertical, horizontal] = producer.dataSteps
  return transformFunction(module, library, {
    down: down.transforms.data,
    across: across.transforms.data,
    from: [vertical * 4, horizontal * 4],
    to: pointBytes,
  })
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
