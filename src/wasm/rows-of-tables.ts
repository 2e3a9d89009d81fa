import { bodyAccesses } from '../kernels/merge.ts'
import type { Access, Nest, Producer } from '../kernels/nest.ts'
import { bytesOf } from '../kernels/nest.ts'
import type { Target } from '../kernels/target.ts'
import type { Pair } from '../tensor/tensor.ts'
import { forRange, get, i32, ifElse, load, memoryFill, op, seq, set, store } from './emit.ts'
import type { Code, FunctionContext, Local, Module } from './emit.ts'
import { kernelSignature, minimum, tilesFor } from './kernel.ts'
import type { Kernel } from './kernel.ts'
import type { Place } from './lanes.ts'
import { decode, rowCode, scale, sum, walksOf } from './rows.ts'
import type { Environment } from './rows.ts'

type Of<K extends Producer['kind']> = Extract<Producer, { kind: K }>

/** Picks rows of a table: the body reads each where it stands. */
export function gatherKernel(
  module: Module,
  name: string,
  nest: Nest,
  producer: Of<'gather'>,
  environment: Environment,
): Kernel {
  const { rows, columns, tableRows, table, indices } = producer
  const bytes = bytesOf(table.block.dtype)
  const offset = environment.addressOf(table.block) + table.offset * bytes
  return rowsKernel(module, name, environment.target, [rows, columns], (f, { first, count }) => {
    const [row, source] = [f.local('i32'), f.local('i32')]
    const body = bodyOverRows(
      f,
      nest,
      environment,
      columns,
      { first: row, count: i32(1) },
      { address: get(source), offset, stride: 1, stored: table.block.dtype },
    )
    return forRange(
      row,
      get(first),
      sum(get(first), get(count)),
      1,
      seq(set(source, scale(clamped(f, indices, environment, get(row), tableRows), columns * bytes)), body),
    )
  })
}

/** Sums update rows by index; a tile owns some rows of the result and looks through all updates, in order. */
export function scatterAddKernel(
  module: Module,
  name: string,
  nest: Nest,
  producer: Of<'scatterAdd'>,
  environment: Environment,
): Kernel {
  const { rows, columns, updateRows, updates, indices } = producer
  return rowsKernel(module, name, environment.target, [rows, columns], (f, { first, count, scratch }) => {
    const [update, row, column, destination, source] = Array.from({ length: 5 }, () => f.local('i32'))
    const base = environment.addressOf(updates.block) + updates.offset * 4
    const along = (step: number, body: Code, from: number, to: number) =>
      forRange(column, i32(from * 4), i32(to * 4), step * 4, body)
    const to = sum(get(destination), get(column))
    const from = sum(get(source), get(column))
    const vectors = columns - (columns % 4)
    const addRow = seq(
      along(
        4,
        store('v128.store', to, op('f32x4.add', load('v128.load', to), load('v128.load', from, base))),
        0,
        vectors,
      ),
      along(
        1,
        store('f32.store', to, op('f32.add', load('f32.load', to), load('f32.load', from, base))),
        vectors,
        columns,
      ),
    )
    return seq(
      memoryFill(get(scratch), i32(0), scale(get(count), columns * 4)),
      forRange(
        update,
        i32(0),
        i32(updateRows),
        1,
        seq(
          set(row, op('i32.sub', clamped(f, indices, environment, get(update), rows), get(first))),
          ifElse(
            op('i32.lt_u', get(row), get(count)),
            seq(
              set(destination, sum(get(scratch), scale(get(row), columns * 4))),
              set(source, scale(get(update), columns * 4)),
              addRow,
            ),
          ),
        ),
      ),
      bodyOverRows(f, nest, environment, columns, { first, count: get(count) }, inScratch(scratch)),
    )
  })
}

/** The index of the first largest element of every row. */
export function argmaxKernel(
  module: Module,
  name: string,
  nest: Nest,
  producer: Of<'argmax'>,
  environment: Environment,
): Kernel {
  const { rows, columns, input } = producer
  return rowsKernel(module, name, environment.target, [rows, 1], (f, { first, count, scratch }) => {
    const [row, column, source, best] = Array.from({ length: 4 }, () => f.local('i32'))
    const [largest, candidate] = [f.local('f32'), f.local('f32')]
    const at = (index: Code) =>
      load('f32.load', sum(get(source), scale(index, 4)), environment.addressOf(input.block) + input.offset * 4)
    const perRow = forRange(
      row,
      i32(0),
      get(count),
      1,
      seq(
        set(source, scale(sum(get(first), get(row)), columns * 4)),
        set(best, i32(0)),
        set(largest, at(i32(0))),
        forRange(
          column,
          i32(1),
          i32(columns),
          1,
          seq(
            set(candidate, at(get(column))),
            ifElse(
              op('f32.gt', get(candidate), get(largest)),
              seq(set(largest, get(candidate)), set(best, get(column))),
            ),
          ),
        ),
        store('i32.store', sum(get(scratch), scale(get(row), 4)), get(best)),
      ),
    )
    return seq(perRow, bodyOverRows(f, nest, environment, 1, { first, count: get(count) }, inScratch(scratch)))
  })
}

/** indices[position], held inside 0 ... rows - 1. */
function clamped(f: FunctionContext, indices: Access, environment: Environment, position: Code, rows: number): Code {
  const index = f.local('i32')
  const base = environment.addressOf(indices.block) + indices.offset * 4
  const stride = indices.strides[0] ?? 0
  return seq(
    set(index, minimum(f, load('i32.load', scale(position, stride * 4), base), i32(rows - 1))),
    op('select', get(index), i32(0), op('i32.gt_s', get(index), i32(0))),
  )
}

interface RowTile {
  readonly first: Local
  readonly count: Local
  readonly scratch: Local
}

/** A kernel over the rows of a [rows, columns] result, as many at a time as the scratch memory has room for, but not many. */
function rowsKernel(
  module: Module,
  name: string,
  { limits: { rowElements } }: Target,
  [rows, columns]: Pair,
  code: (f: FunctionContext, tile: RowTile) => Code,
): Kernel {
  const { tiles, perTile } = tilesFor(rows, Math.max(1, Math.min(16, Math.floor(rowElements / columns))), 1)
  const handle = module.function(name, kernelSignature, (f) => {
    const [tile, scratch] = f.params
    const [first, count] = [f.local('i32'), f.local('i32')]
    return seq(
      set(first, scale(get(tile), perTile)),
      set(count, minimum(f, i32(perTile), op('i32.sub', i32(rows), get(first)))),
      code(f, { first, count, scratch }),
    )
  })
  return { name, tiles, handle }
}

/** The body over whole rows of the result, which the producer left one behind the other. */
function bodyOverRows(
  f: FunctionContext,
  { space, body }: Nest,
  environment: Environment,
  columns: number,
  rows: { first: Local; count: Code },
  produced: Place,
): Code {
  const walks = walksOf(f, environment, bodyAccesses(body))
  const line = f.local('i32')
  // A row may have several axes, and then is several lines; or none: one element.
  const length = columns === 1 ? 1 : space[space.length - 1]
  const perRow = columns / length
  const start = columns === 1 ? decode(line, space) : [...decode(line, space.slice(0, -1)), i32(0)]
  const firstLine = scale(get(rows.first), perRow)
  const address = sum(produced.address, scale(op('i32.sub', get(line), firstLine), length * bytesOf(produced.stored)))
  return forRange(
    line,
    firstLine,
    scale(sum(get(rows.first), rows.count), perRow),
    1,
    seq(walks.moveTo(start), rowCode(f, environment, body, walks, length, length, { ...produced, address })),
  )
}

const inScratch = (scratch: Local): Place => ({ address: get(scratch), offset: 0, stride: 1, stored: 'f32' })
