import type { Nest } from '../kernels/nest.ts'
import { mergeAxes } from '../kernels/view.ts'
import { forRange, get, i32, op, seq, set } from './emit.ts'
import type { Code, FunctionContext, Module } from './emit.ts'
import type { Kernel } from './kernel.ts'
import { minimum, tilesFor } from './kernel.ts'
import { decode, rowCode, scale, sum, walksOf } from './rows.ts'
import type { Target } from './rows.ts'

/** Elements that one tile takes: enough to be worth handing out, few enough to share a kernel between threads. */
const tileElements = 4096

/** Elementwise work alone. */
export function mapKernel(module: Module, name: string, nest: Nest, target: Target): Kernel {
  const { body } = nest
  const accesses = [...body.values.flatMap((value) => (value.kind === 'load' ? [value.access] : [])), ...body.stores.map(({ access }) => access)]
  const merged = mergeAxes(nest.space, accesses.map(({ strides }) => strides))
  const extents = merged.extents.length === 0 ? [1] : merged.extents
  const restrided = new Map(accesses.map((access, i) => [access, { ...access, strides: merged.extents.length === 0 ? [0] : merged.strides[i] }]))
  const moved = <A extends (typeof accesses)[number]>(access: A) => restrided.get(access) ?? access
  const mergedBody = {
    values: body.values.map((value) => (value.kind === 'load' ? { ...value, access: moved(value.access) } : value)),
    stores: body.stores.map((store) => ({ ...store, access: moved(store.access) })),
  }
  const outer = extents.slice(0, -1)
  const inner = extents[extents.length - 1]
  const rows = outer.reduce((a, b) => a * b, 1)
  const walk = (f: FunctionContext) => walksOf(f, target, [...restrided.values()])

  if (rows === 1) {
    const { tiles, perTile } = tilesFor(inner, tileElements, 16)
    return {
      name,
      tiles,
      handle: module.function(name, { params: ['i32', 'i32'], results: [] }, (f) => {
        const walks = walk(f)
        const first = f.local('i32')
        const at: Code[] = [...outer.map(() => i32(0)), get(first)]
        const even = inner % perTile === 0
        const count = even ? perTile : minimum(f, i32(perTile), op('i32.sub', i32(inner), get(first)))
        return seq(
          set(first, scale(get(f.params[0]), perTile)),
          walks.moveTo(at),
          rowCode(f, target, mergedBody, walks, count, inner, null),
        )
      }),
    }
  }
  const { tiles, perTile } = tilesFor(rows, Math.max(1, Math.floor(tileElements / inner)), 1)
  return {
    name,
    tiles,
    handle: module.function(name, { params: ['i32', 'i32'], results: [] }, (f) => {
      const walks = walk(f)
      const row = f.local('i32')
      const first = f.local('i32')
      return seq(
        set(first, scale(get(f.params[0]), perTile)),
        forRange(
          row,
          get(first),
          minimum(f, sum(get(first), i32(perTile)), i32(rows)),
          1,
          seq(walks.moveTo([...decode(row, outer), i32(0)]), rowCode(f, target, mergedBody, walks, inner, inner, null)),
        ),
      )
    }),
  }
}
