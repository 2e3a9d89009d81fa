import type { Nest } from '../kernels/nest.ts'
import { mergeBody } from '../kernels/merge.ts'
import { forRange, get, i32, op, seq, set } from './emit.ts'
import type { FunctionContext, Module } from './emit.ts'
import type { Kernel } from './kernel.ts'
import { kernelSignature, minimum, tilesFor } from './kernel.ts'
import { decode, rowCode, scale, sum, walksOf } from './rows.ts'
import type { Environment } from './rows.ts'

/** Elements that one tile takes: enough to be worth handing out, few enough to share a kernel between threads. */
const tileElements = 4096

/** Elementwise work alone. */
export function mapKernel(module: Module, name: string, nest: Nest, environment: Environment): Kernel {
  const { extents, body, accesses } = mergeBody(nest)
  const outer = extents.slice(0, -1)
  const inner = extents[extents.length - 1]
  const rows = outer.reduce((a, b) => a * b, 1)
  const walk = (f: FunctionContext) => walksOf(f, environment, accesses)

  if (rows === 1) {
    const { tiles, perTile } = tilesFor(inner, tileElements, 16)
    return {
      name,
      tiles,
      handle: module.function(name, kernelSignature, (f) => {
        const walks = walk(f)
        const first = f.local('i32')
        const even = inner % perTile === 0
        const count = even ? perTile : minimum(f, i32(perTile), op('i32.sub', i32(inner), get(first)))
        return seq(
          set(first, scale(get(f.params[0]), perTile)),
          walks.moveTo([get(first)]),
          rowCode(f, environment, body, walks, count, inner, null),
        )
      }),
    }
  }
  const { tiles, perTile } = tilesFor(rows, Math.max(1, Math.floor(tileElements / inner)), 1)
  return {
    name,
    tiles,
    handle: module.function(name, kernelSignature, (f) => {
      const walks = walk(f)
      const row = f.local('i32')
      const first = f.local('i32')
      const end = f.local('i32')
      return seq(
        set(first, scale(get(f.params[0]), perTile)),
        set(end, minimum(f, sum(get(first), i32(perTile)), i32(rows))),
        forRange(
          row,
          get(first),
          get(end),
          1,
          seq(walks.moveTo([...decode(row, outer), i32(0)]), rowCode(f, environment, body, walks, inner, inner, null)),
        ),
      )
    }),
  }
}
