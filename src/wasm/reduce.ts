import { bodyAccesses } from '../kernels/merge.ts'
import { loadsOf } from '../kernels/nest.ts'
import type { Access, Nest, Producer } from '../kernels/nest.ts'
import { sizeOf } from '../tensor/shape.ts'
import type { Shape } from '../tensor/tensor.ts'
import { forRange, get, i32, i32x4Lanes, op, seq, set, shuffleLanes, store, storeLane } from './emit.ts'
import type { Code, FunctionContext, Local, Module } from './emit.ts'
import { kernelSignature, minimum, tilesFor } from './kernel.ts'
import type { Kernel } from './kernel.ts'
import { constantVector, evaluate } from './lanes.ts'
import type { Place, Width } from './lanes.ts'
import { decode, rowCode, scale, sum, walksOf } from './rows.ts'
import type { Environment, Walks } from './rows.ts'

type Reduce = Extract<Producer, { kind: 'reduce' }>

/** Elements that one tile reads. */
const tileElements = 8192
/** Results of a tile that fit into the scratch memory. */
const mostResults = 4096

/** A reduction with its elementwise input, and the body over its results. */
export function reduceKernel(
  module: Module,
  name: string,
  nest: Nest,
  producer: Reduce,
  environment: Environment,
): Kernel {
  const { kept } = producer
  const acrossColumns = kept.length > 0 && runsAlongKept(producer)
  const results = sizeOf(kept)
  const perResult = sizeOf(producer.reduced)
  const wished = Math.min(mostResults, Math.max(1, Math.ceil(tileElements / perResult)))
  const flatBody = { ...nest, space: kept }

  if (acrossColumns) {
    const columns = kept[kept.length - 1]
    const { tiles, perTile } = tilesFor(columns, Math.min(columns, Math.max(16, wished)), 16)
    const rows = results / columns
    return {
      name,
      tiles: tiles * rows,
      handle: module.function(name, kernelSignature, (f) =>
        columnTile(f, flatBody, producer, environment, { tiles, perTile }),
      ),
    }
  }
  const { tiles, perTile } = tilesFor(results, wished, 1)
  return {
    name,
    tiles,
    handle: module.function(name, kernelSignature, (f) => rowTile(f, flatBody, producer, environment, perTile)),
  }
}

/** Whether neighbours along the last kept axis stand side by side (a sum over rows), so that vectors run along it. */
function runsAlongKept({ kept, reduced, input }: Reduce): boolean {
  const lastKept = kept.length - 1
  const lastReduced = kept.length + reduced.length - 1
  const votes = loadsOf(input).map(
    ({ strides }) => Number(strides[lastKept] === 1) - Number(strides[lastReduced] === 1),
  )
  return votes.reduce((a, b) => a + b, 0) > 0
}

const identity = { sum: 0, max: -Infinity }

const combine = (name: Reduce['name'], integers: boolean, a: Code, b: Code): Code => {
  if (name === 'sum') return op(integers ? 'i32x4.add' : 'f32x4.add', a, b)
  return op(integers ? 'i32x4.max_s' : 'f32x4.max', a, b)
}

function start({ name, input }: Reduce): Code {
  const { dtype } = input[input.length - 1]
  return constantVector(dtype === 'i32' && name === 'max' ? -2147483648 : identity[name], dtype)
}

/** Four vectors of results side by side; the reduced axes are walked one step after the other. */
function columnTile(
  f: FunctionContext,
  nest: Nest,
  producer: Reduce,
  environment: Environment,
  { tiles, perTile }: { tiles: number; perTile: number },
): Code {
  const { kept, reduced, input, name } = producer
  const [tile, scratch] = f.params
  const columns = kept[kept.length - 1]
  const outer = kept.slice(0, -1)
  const integers = input[input.length - 1].dtype === 'i32'
  const [column0, row, column, step, count] = Array.from({ length: 5 }, () => f.local('i32'))
  // Columns become the innermost axis of the walk.
  const strided = (access: Access): Access => {
    const [last] = access.strides.slice(kept.length - 1, kept.length)
    return {
      ...access,
      strides: [...access.strides.slice(0, kept.length - 1), ...access.strides.slice(kept.length), last],
    }
  }
  const moved = input.map((value) => (value.kind === 'load' ? { ...value, access: strided(value.access) } : value))
  const walks = walksOf(f, environment, loadsOf(moved))
  const totals = Array.from({ length: 4 }, () => f.local('v128'))
  const outerIndex = decode(row, outer)

  const chunk = (vectors: number, width: Width): Code => {
    const cursor = walks.cursor(i32(0), null)
    const used = totals.slice(0, vectors)
    const pieces = used.map((total, index) => {
      const { setup, results } = evaluate(f, moved, [moved.length - 1], new Set(), {
        cursor,
        index,
        width,
        strict: environment.strict,
      })
      return seq(setup, set(total, combine(name, integers, get(total), results[moved.length - 1])))
    })
    const address = sum(get(scratch), op('i32.shl', get(column), i32(2)))
    return seq(
      ...used.map((total) => set(total, start(producer))),
      forRange(
        step,
        i32(0),
        i32(sizeOf(reduced)),
        1,
        seq(walks.moveTo([...outerIndex, ...decode(step, reduced), sum(get(column0), get(column))]), ...pieces),
      ),
      ...used.map((total, index) =>
        width === 'vector'
          ? store('v128.store', address, get(total), index * 16)
          : storeLane('v128.store32_lane', 0, address, get(total)),
      ),
    )
  }
  const even = columns % 16 === 0
  return seq(
    set(row, op('i32.div_u', get(tile), i32(tiles))),
    set(column0, scale(op('i32.rem_u', get(tile), i32(tiles)), perTile)),
    set(count, minimum(f, i32(perTile), op('i32.sub', i32(columns), get(column0)))),
    forRange(column, i32(0), op('i32.and', get(count), i32(-16)), 16, chunk(4, 'vector')),
    even ? seq() : forRange(column, get(column), op('i32.and', get(count), i32(-4)), 4, chunk(1, 'vector')),
    even ? seq() : forRange(column, get(column), get(count), 1, chunk(1, 'first')),
    finish(f, nest, environment, [...outerIndex, get(column0)], count, scratch),
  )
}

/**
 * One result after the other, its innermost reduced axis in eight running sums: element i goes to sum i mod 8 (what is left after
 * the last full eight goes to the first), and the eight are joined pairwise at the end. This order is part of the result's bytes.
 */
function rowTile(f: FunctionContext, nest: Nest, producer: Reduce, environment: Environment, perTile: number): Code {
  const { kept, reduced, input, name } = producer
  const [tile, scratch] = f.params
  const results = sizeOf(kept)
  const integers = input[input.length - 1].dtype === 'i32'
  const [first, count, index, flat, step, position] = Array.from({ length: 6 }, () => f.local('i32'))
  const totals = [f.local('v128'), f.local('v128')]
  const walks = walksOf(f, environment, loadsOf(input))
  const inner = reduced.length === 0 ? 1 : reduced[reduced.length - 1]
  const outerReduced = reduced.slice(0, -1)
  const cursor = walks.cursor(get(position), null)
  const onlyFirst = i32x4Lanes([-1, 0, 0, 0])

  const add = (vectors: number, width: Width): Code =>
    seq(
      ...totals.slice(0, vectors).map((total, which) => {
        const { setup, results: values } = evaluate(f, input, [input.length - 1], new Set(), {
          cursor,
          index: which,
          width,
          strict: environment.strict,
        })
        const value = values[input.length - 1]
        const counted = width === 'vector' ? value : op('v128.bitselect', value, start(producer), onlyFirst)
        return seq(setup, set(total, combine(name, integers, get(total), counted)))
      }),
    )
  const full = Math.floor(inner / 8) * 8
  const overInner = seq(
    set(position, i32(0)),
    full > 0 ? forRange(position, i32(0), i32(full * 4), 32, add(2, 'vector')) : seq(),
    inner > full ? forRange(position, i32(full * 4), i32(inner * 4), 4, add(1, 'first')) : seq(),
  )
  const keptIndex = decode(flat, kept)
  const innermost = reduced.length === 0 ? [] : [i32(0)]
  const address = sum(get(scratch), op('i32.shl', get(index), i32(2)))
  return seq(
    set(first, scale(get(tile), perTile)),
    set(count, minimum(f, i32(perTile), op('i32.sub', i32(results), get(first)))),
    forRange(
      index,
      i32(0),
      get(count),
      1,
      seq(
        set(flat, sum(get(first), get(index))),
        ...totals.map((total) => set(total, start(producer))),
        outerReduced.length === 0
          ? seq(walks.moveTo([...keptIndex, ...innermost]), overInner)
          : forRange(
              step,
              i32(0),
              i32(sizeOf(outerReduced)),
              1,
              seq(walks.moveTo([...keptIndex, ...decode(step, outerReduced), ...innermost]), overInner),
            ),
        set(totals[0], joined(totals, name, integers)),
        storeLane('v128.store32_lane', 0, address, get(totals[0])),
      ),
    ),
    set(flat, get(first)),
    finishFlat(f, nest, environment, kept, flat, count, scratch),
  )
}

/** The eight running sums in one, in lane 0. */
function joined([a, b]: readonly Local[], name: Reduce['name'], integers: boolean): Code {
  const swapHalves = (x: Code) => shuffleLanes([2, 3, 0, 1], x, x)
  const swapPairs = (x: Code) => shuffleLanes([1, 0, 3, 2], x, x)
  return seq(
    set(a, combine(name, integers, get(a), get(b))),
    set(a, combine(name, integers, get(a), swapHalves(get(a)))),
    combine(name, integers, get(a), swapPairs(get(a))),
  )
}

function bodyWalks(f: FunctionContext, nest: Nest, environment: Environment): Walks {
  return walksOf(f, environment, bodyAccesses(nest.body))
}

/** The body over results that stand side by side along the last kept axis. */
function finish(
  f: FunctionContext,
  nest: Nest,
  environment: Environment,
  at: readonly Code[],
  count: Local,
  scratch: Local,
): Code {
  const walks = bodyWalks(f, nest, environment)
  const produced: Place = { address: get(scratch), offset: 0, stride: 1, stored: 'f32' }
  return seq(walks.moveTo(at), rowCode(f, environment, nest.body, walks, get(count), 1, produced))
}

/** The body over results `first` ... in row-major order: row by row of the last kept axis. */
function finishFlat(
  f: FunctionContext,
  nest: Nest,
  environment: Environment,
  kept: Shape,
  first: Local,
  count: Local,
  scratch: Local,
): Code {
  const walks = bodyWalks(f, nest, environment)
  if (kept.length <= 1) {
    const produced: Place = { address: get(scratch), offset: 0, stride: 1, stored: 'f32' }
    return seq(
      walks.moveTo(kept.length === 0 ? [] : [get(first)]),
      rowCode(f, environment, nest.body, walks, kept.length === 0 ? 1 : get(count), 1, produced),
    )
  }
  const index = f.local('i32')
  const flat = f.local('i32')
  const produced: Place = {
    address: sum(get(scratch), op('i32.shl', get(index), i32(2))),
    offset: 0,
    stride: 1,
    stored: 'f32',
  }
  return forRange(
    index,
    i32(0),
    get(count),
    1,
    seq(
      set(flat, sum(get(first), get(index))),
      walks.moveTo(decode(flat, kept)),
      rowCode(f, environment, nest.body, walks, 1, 1, produced),
    ),
  )
}
