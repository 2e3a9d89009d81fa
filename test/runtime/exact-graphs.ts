import fc from 'fast-check'
import {
  abs,
  add,
  and,
  argmax,
  broadcast,
  cast,
  concat,
  equal,
  floor,
  gather,
  input,
  leakyRelu,
  less,
  lessEqual,
  literal,
  matmul,
  max,
  maximum,
  min,
  mul,
  neg,
  not,
  or,
  pad,
  randomUniform,
  reshape,
  round,
  scatterAdd,
  shuffle,
  slice,
  sub,
  sum,
  transpose,
  where,
} from '../../src/tensor/operations/index.ts'
import { commonShape, range, sameShape, sizeOf } from '../../src/tensor/shape.ts'
import { showShape } from '../../src/tensor/tensor.ts'
import type { DType, Shape, Tensor } from '../../src/tensor/tensor.ts'

/**
 * Random graphs whose numbers float32 holds exactly, whatever the order of a sum: so a compiled program must give the interpreter's
 * numbers to the last bit, and functions that jump (floor, less, argmax) can take part.
 */
export interface ExactGraph {
  /** Every tensor of the graph, inputs first. */
  readonly tensors: readonly Tensor[]
  readonly inputs: readonly Tensor[]
  readonly feeds: ReadonlyMap<Tensor, number[]>
  /** What was done, for the message of a failure. */
  readonly [fc.toStringMethod]: () => string
}

/** A tensor whose numbers are multiples of 2^-digits, at most `most` in magnitude. */
export interface Bounded {
  readonly tensor: Tensor
  readonly digits: number
  readonly most: number
}

type Operation = (a: Bounded, b: Bounded, choice: number) => Bounded | null

const largest = 4000
const mantissa = 2 ** 23

/** What float32 holds exactly, sums on the way included; null for the rest. */
const exact = (tensor: Tensor, digits: number, most: number): Bounded | null =>
  most * 2 ** digits <= mantissa && sizeOf(tensor.shape) <= largest ? { tensor, digits, most } : null

/** Brought back to a few halves in [0, 4), in float32 and exactly; integers to [-128, 127]. */
export function tame({ tensor, digits, most }: Bounded): Bounded {
  if (tensor.dtype === 'bool') return { tensor, digits, most }
  if (tensor.dtype === 'i32') return { tensor: max(min(tensor, 100), -100), digits: 0, most: 100 }
  const within = sub(tensor, mul(4, floor(mul(tensor, 0.25))))
  return { tensor: mul(floor(mul(within, 2)), 0.5), digits: 1, most: 4 }
}

const together =
  (
    operation: (a: Tensor, b: Tensor) => Tensor,
    digits: (a: number, b: number) => number,
    most: (a: number, b: number) => number,
  ): Operation =>
  (a, b) => {
    const shape = commonShape(a.tensor.shape, b.tensor.shape)
    if (shape === null || sizeOf(shape) > largest || a.tensor.dtype !== b.tensor.dtype || isSmall(a.tensor)) return null
    return exact(operation(a.tensor, b.tensor), digits(a.digits, b.digits), most(a.most, b.most))
  }

const isSmall = ({ dtype }: Tensor): boolean => dtype === 'bool' || dtype === 'u8'
const summed = (a: number, b: number) => a + b
const ofFloats =
  (operation: Operation): Operation =>
  (a, b, choice) =>
    a.tensor.dtype === 'f32' ? operation(a, b, choice) : null
/** The same numbers moved. */
const moved =
  (move: (x: Tensor, choice: number) => Tensor | null): Operation =>
  ({ tensor, digits, most }, _, choice) => {
    const result = move(tensor, choice)
    return result && exact(result, digits, most)
  }
const comparison =
  (compare: (a: Tensor, b: Tensor) => Tensor): Operation =>
  (a, b) =>
    together(
      compare,
      () => 0,
      () => 1,
    )(a, b, 0)
const logic =
  (combine: (a: Tensor, b: Tensor) => Tensor): Operation =>
  ({ tensor: a }, { tensor: b }) =>
    a.dtype === 'bool' && b.dtype === 'bool' && commonShape(a.shape, b.shape) ? exact(combine(a, b), 0, 1) : null

const someAxes = ({ shape }: Tensor, choice: number) => range(shape.length).filter((axis) => (choice >> axis) & 1)
const axisOf = ({ shape }: Tensor, choice: number) => choice % shape.length
const alongAxis = (x: Tensor, choice: number, value: number) =>
  x.shape.map((_, axis) => (axis === axisOf(x, choice) ? value : 0))
const rotated = (rank: number, by: number) => range(rank).map((axis) => (axis + by) % rank)

function inner(x: Tensor, choice: number): Tensor | null {
  if (x.shape.length === 0) return null
  const start = x.shape.map((extent, axis) => (choice >> axis) % Math.min(3, extent))
  return slice(
    x,
    start,
    x.shape.map((extent, axis) => Math.max(1, extent - start[axis] - ((choice >> (axis + 2)) % 2))),
  )
}

function sumOver({ tensor, digits, most }: Bounded, choice: number): Bounded | null {
  if (isSmall(tensor)) return null
  const result = sum(tensor, { axes: someAxes(tensor, choice), keep: choice % 3 === 0 })
  return exact(result, digits, most * (sizeOf(tensor.shape) / sizeOf(result.shape)))
}

/** Products of a with b's matrices in all four orientations, where the sizes fit in one of them. */
function product(a: Bounded, b: Bounded, choice: number): Bounded | null {
  const swapped = (x: Tensor, swap: number) => (swap ? transpose(x) : x)
  const rank = a.tensor.shape.length
  if (rank < 2 || b.tensor.shape.length !== rank || a.tensor.dtype !== 'f32' || b.tensor.dtype !== 'f32') return null
  for (let turn = 0; turn < 4; turn++) {
    const x = swapped(a.tensor, (choice + turn) & 1)
    const y = swapped(b.tensor, ((choice + turn) >> 1) & 1)
    const depth = x.shape[rank - 1]
    if (depth !== y.shape[rank - 2] || !sameShape(x.shape.slice(0, -2), y.shape.slice(0, -2))) continue
    return exact(matmul(x, y), a.digits + b.digits, depth * a.most * b.most)
  }
  return null
}

const source = { seed: literal([7, -9], [2], 'i32'), step: literal([3], [], 'i32') }
const indices = (count: number, choice: number) =>
  literal(
    range(count).map((i) => ((i * 7 + choice) % 11) - 2),
    [count],
    'i32',
  )
let streams = 0

const operations: Record<string, Operation> = {
  add: together(add, Math.max, summed),
  sub: together(sub, Math.max, summed),
  mul: together(mul, summed, (a, b) => a * b),
  max: together(max, Math.max, Math.max),
  min: together(min, Math.max, Math.max),
  neg: moved((x) => (isSmall(x) ? null : neg(x))),
  abs: moved((x) => (isSmall(x) ? null : abs(x))),
  scale: ({ tensor, digits, most }, _, choice) =>
    isSmall(tensor) ? null : exact(mul([2, -1, 3, 1][choice % 4], tensor), digits, most * 3),
  shift: ({ tensor, digits, most }, _, choice) =>
    isSmall(tensor) ? null : exact(add(tensor, (choice % 5) - 2), digits, most + 2),
  halve: ofFloats(({ tensor, digits, most }) => exact(mul(tensor, 0.5), digits + 1, most / 2)),
  floor: ofFloats(({ tensor, most }) => exact(floor(tensor), 0, most + 1)),
  round: ofFloats(({ tensor, most }) => exact(round(tensor), 0, most + 1)),
  leakyRelu: ofFloats(({ tensor, digits, most }, _, choice) =>
    exact(leakyRelu(tensor, [0.25, 0, 1][choice % 3]), digits + 2, most),
  ),
  tame: (a) => (a.tensor.dtype === 'u8' ? null : tame(a)),
  less: comparison(less),
  lessEqual: comparison(lessEqual),
  equal: comparison(equal),
  and: logic(and),
  or: logic(or),
  not: ({ tensor }) => (tensor.dtype === 'bool' ? exact(not(tensor), 0, 1) : null),
  castToInteger: ({ tensor, most }) => exact(cast(tensor, 'i32'), 0, most),
  castToFloat: ({ tensor, digits, most }) => exact(cast(tensor, 'f32'), digits, most),
  where: ({ tensor, digits, most }, { tensor: condition }, choice) => {
    const shape = commonShape(tensor.shape, condition.shape)
    if (condition.dtype !== 'bool' || isSmall(tensor) || shape === null || sizeOf(shape) > largest) return null
    return exact(
      choice % 2 === 0 ? where(condition, tensor, 1) : where(condition, neg(tensor), tensor),
      digits,
      most + 1,
    )
  },
  reshape: moved((x, choice) => reshape(x, choice % 2 === 0 || x.shape.length < 2 ? [-1] : [-1, x.shape[0]])),
  unsqueeze: moved((x, choice) =>
    x.shape.length > 3 ? null : reshape(x, choice % 2 === 0 ? [1, ...x.shape] : [...x.shape, 1]),
  ),
  transpose: moved((x, choice) =>
    x.shape.length < 2 ? null : transpose(x, rotated(x.shape.length, 1 + (choice % 2))),
  ),
  swap: moved((x) => (x.shape.length < 2 ? null : transpose(x))),
  broadcast: moved((x, choice) => (x.shape.length > 3 ? null : broadcast(x, [1 + (choice % 3), ...x.shape]))),
  stretch: moved((x, choice) =>
    x.shape.at(-1) === 1 ? broadcast(x, [...x.shape.slice(0, -1), 2 + (choice % 17)]) : null,
  ),
  slice: moved(inner),
  pad: moved((x, choice) =>
    x.shape.length === 0 ? null : pad(x, alongAxis(x, choice, choice % 3), alongAxis(x, choice, (choice >> 1) % 2)),
  ),
  padAll: moved((x, choice) =>
    pad(
      x,
      x.shape.map(() => choice % 2),
      x.shape.map(() => 1),
    ),
  ),
  concat: (a, b, choice) => {
    const { tensor, digits, most } = a
    if (tensor.shape.length === 0 || !sameShape(tensor.shape, b.tensor.shape) || tensor.dtype !== b.tensor.dtype)
      return null
    return exact(
      concat([tensor, b.tensor, tensor], axisOf(tensor, choice)),
      Math.max(digits, b.digits),
      Math.max(most, b.most),
    )
  },
  rejoin: moved((x, choice) => {
    if (x.shape.length === 0) return null
    const part = inner(x, choice)
    return part && concat([x, part].map((piece) => reshape(piece, [-1])))
  }),
  sum: (a, _, choice) => sumOver(a, choice),
  sumAll: (a) => sumOver(a, 15),
  maximum: moved((x, choice) => (isSmall(x) ? null : maximum(x, { axes: someAxes(x, choice) }))),
  argmax: ({ tensor }) =>
    tensor.dtype === 'f32' && tensor.shape.length > 0 ? exact(argmax(tensor), 0, tensor.shape.at(-1) ?? 0) : null,
  matmul: product,
  gram: (a, _, choice) => product(a, a, choice),
  outer: ({ tensor: a, digits, most }, { tensor: b, digits: moreDigits, most: factor }) =>
    a.dtype !== 'f32' || b.dtype !== 'f32' || sizeOf(a.shape) * sizeOf(b.shape) > largest
      ? null
      : exact(matmul(reshape(a, [-1, 1]), reshape(b, [1, -1])), digits + moreDigits, most * factor),
  gather: moved((x, choice) => (x.shape.length === 0 ? null : gather(x, indices(1 + (choice % 9), choice)))),
  gatherWhatWasComputed: ({ tensor: table, digits, most }, { tensor: rows }) =>
    table.shape.length > 0 && rows.dtype === 'i32' && rows.shape.length === 1 && table !== rows
      ? exact(gather(table, rows), digits, most)
      : null,
  scatterAdd: ofFloats(({ tensor, digits, most }, _, choice) =>
    tensor.shape.length === 0
      ? null
      : exact(scatterAdd(indices(tensor.shape[0], choice), tensor, 3 + (choice % 5)), digits, most * tensor.shape[0]),
  ),
  random: ({ tensor }) => exact(floor(mul(8, randomUniform(source, streams++, tensor.shape))), 0, 8),
  shuffle: (_a, _b, choice) =>
    exact(shuffle(source, streams++, 50, literal([choice % 50], [], 'i32'), 1 + (choice % 37)), 0, 50),
}

const given: readonly (readonly [Shape, DType])[] = [
  [[7, 5], 'f32'],
  [[5], 'f32'],
  [[7, 1], 'f32'],
  [[], 'f32'],
  [[3, 2, 9], 'f32'],
  [[2, 1, 3, 4], 'f32'],
  [[37], 'f32'],
  [[33, 17], 'f32'],
  [[5], 'i32'],
  [[7, 5], 'i32'],
  [[7, 5], 'bool'],
  [[6, 11], 'u8'],
]

const startingNumber: Record<DType, (choice: number) => number> = {
  f32: (choice) => (choice % 16) / 2 - 4,
  i32: (choice) => (choice % 19) - 4,
  bool: (choice) => choice % 2,
  u8: (choice) => choice % 256,
}

const bounds: Record<DType, { digits: number; most: number }> = {
  f32: { digits: 1, most: 4 },
  i32: { digits: 0, most: 100 },
  bool: { digits: 0, most: 1 },
  u8: { digits: 0, most: 255 },
}

/** Fast-check's arbitrary of such graphs, of up to `steps` operations beyond the inputs. */
export function exactGraphs(steps: number): fc.Arbitrary<ExactGraph> {
  const table = Object.entries(operations)
  const free = fc.nat({ max: 1000 })
  const step = fc.tuple(fc.nat({ max: table.length - 1 }), free, free, free)
  return fc
    .record({ seed: fc.nat(), program: fc.array(step, { minLength: 1, maxLength: steps, size: 'max' }) })
    .map(({ seed, program }) => {
      let state = seed
      const draw = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8
      const inputs = given.map(([shape, dtype], index) => input(`input${index}`, shape, dtype))
      const feeds = new Map(
        inputs.map((tensor) => [tensor, range(sizeOf(tensor.shape)).map(() => startingNumber[tensor.dtype](draw()))]),
      )
      const pool: Bounded[] = inputs.map((tensor) => ({ tensor, ...bounds[tensor.dtype] }))
      const trace: string[] = []
      for (const [index, first, second, choice] of program) {
        const [name, operation] = table[index]
        // Counted from the end, so that small numbers, which shrinking prefers, make deep graphs.
        const at = (position: number) => pool[pool.length - 1 - (position % pool.length)]
        const a = at(first)
        // The first partner from `second` on that fits.
        for (const b of range(pool.length).map((further) => at(second + further))) {
          const result = operation(a, b, choice) ?? operation(tame(widened(a)), tame(widened(b)), choice)
          if (result === null) continue
          trace.push(
            `${pool.length} = ${name}(${pool.indexOf(a)}, ${pool.indexOf(b)}, ${choice}) ${result.tensor.dtype}${showShape(result.tensor.shape)}`,
          )
          pool.push(result)
          break
        }
      }
      return { tensors: pool.map(({ tensor }) => tensor), inputs, feeds, [fc.toStringMethod]: () => trace.join('\n') }
    })
}

const widened = (x: Bounded): Bounded => (x.tensor.dtype === 'u8' ? { ...x, tensor: cast(x.tensor, 'i32') } : x)
