import fc from 'fast-check'
import {
  abs,
  add,
  broadcast,
  cast,
  concat,
  cos,
  div,
  exp,
  gather,
  input,
  leakyRelu,
  less,
  literal,
  matmul,
  max,
  maximum,
  mean,
  min,
  mul,
  neg,
  not,
  pad,
  reshape,
  scatterAdd,
  sigmoid,
  sin,
  slice,
  softplus,
  sqrt,
  stopGradient,
  sub,
  sum,
  tanh,
  transpose,
  where,
} from '../../src/tensor/operations/index.ts'
import { commonShape, range, sameShape, sizeOf } from '../../src/tensor/shape.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

/** An operation on two tensors of the pool and a free number; null where they do not fit. */
type Operation = (a: Tensor, b: Tensor, choice: number) => Tensor | null

const numbers = [0, 1, -1, 2, 0.5, 3, -0.25]
const numberOf = (choice: number) => numbers[choice % numbers.length]
const largest = 300

const together =
  (operation: (a: Tensor, b: Tensor) => Tensor): Operation =>
  (a, b) => {
    const shape = commonShape(a.shape, b.shape)
    return shape === null || sizeOf(shape) > largest ? null : operation(a, b)
  }

/** The subset of the axes that the bits of `choice` name. */
const someAxes = (a: Tensor, choice: number) => range(a.shape.length).filter((axis) => (choice >> axis) & 1)

/** Rotates the axes, or swaps the last two. */
const permutation = (rank: number, choice: number) =>
  choice % 2 === 0 ? range(rank).map((axis) => (axis + 1) % rank) : [...range(rank - 2), rank - 1, rank - 2]

const axisOf = (a: Tensor, choice: number) => choice % a.shape.length
const alongAxis = (a: Tensor, choice: number, value: number) =>
  a.shape.map((_, axis) => (axis === axisOf(a, choice) ? value : 0))

/** Halves of `a` along an axis, or null where it is too short. */
function split(a: Tensor, choice: number): [Tensor, Tensor] | null {
  if (a.shape.length === 0 || a.shape[axisOf(a, choice)] < 2) return null
  const axis = axisOf(a, choice)
  const size = (count: number) => a.shape.map((extent, other) => (other === axis ? count : extent))
  return [slice(a, alongAxis(a, choice, 0), size(1)), slice(a, alongAxis(a, choice, 1), size(a.shape[axis] - 1))]
}

/** Smooth, and bounded in growth, so that float64 keeps its digits. */
const smooth: Record<string, Operation> = {
  add: together(add),
  sub: together(sub),
  mul: together((a, b) => mul(a, tanh(b))),
  div: together((a, b) => div(a, add(mul(tanh(b), tanh(b)), 0.5))),
  neg,
  tanh,
  sigmoid,
  softplus,
  sin,
  cos,
  exp: (a) => exp(tanh(a)),
  sqrt: (a) => sqrt(add(mul(a, a), 1)),
  scale: (a, _b, choice) => mul(a, numberOf(choice)),
  scaleFromLeft: (a, _b, choice) => mul(numberOf(choice), a),
  shift: (a, _b, choice) => add(a, numberOf(choice)),
  reflect: (a, _b, choice) => sub(numberOf(choice), a),
  divide: (a, _b, choice) => div(a, numberOf(choice) || 4),
  flatten: (a) => reshape(a, [-1]),
  unsqueeze: (a, _b, choice) => reshape(a, choice % 2 === 0 ? [1, ...a.shape] : [...a.shape, 1]),
  transpose: (a, _b, choice) => (a.shape.length < 2 ? null : transpose(a, permutation(a.shape.length, choice))),
  broadcast: (a, _b, choice) =>
    sizeOf(a.shape) * 2 > largest || a.shape.length > 3 ? null : broadcast(a, [1 + (choice % 2), ...a.shape]),
  slice: (a, _b, choice) => split(a, choice)?.[1] ?? null,
  pad: (a, _b, choice) =>
    a.shape.length === 0 || sizeOf(a.shape) > 100
      ? null
      : pad(a, alongAxis(a, choice, choice % 3), alongAxis(a, choice, (choice >> 1) % 2)),
  sliceOfPad: (a, _b, choice) => {
    if (a.shape.length === 0) return null
    return slice(pad(a, alongAxis(a, choice, 2), alongAxis(a, choice, 2)), alongAxis(a, choice, choice % 5), a.shape)
  },
  splitAndJoin: (a, _b, choice) => {
    const halves = split(a, choice)
    return halves === null ? null : concat(halves, axisOf(a, choice))
  },
  concat: (a, b, choice) =>
    a.shape.length === 0 || !sameShape(a.shape, b.shape) || sizeOf(a.shape) > 100
      ? null
      : concat([a, b, a], axisOf(a, choice)),
  sum: (a, _b, choice) => sum(a, { axes: someAxes(a, choice), keep: choice % 3 === 0 }),
  mean: (a, _b, choice) => mean(a, { axes: someAxes(a, choice) }),
  gram: (a, _b, choice) =>
    a.shape.length < 2 ? null : choice % 2 === 0 ? matmul(a, transpose(a)) : matmul(transpose(a), tanh(a)),
  outer: (a, b) =>
    sizeOf(a.shape) * sizeOf(b.shape) > largest ? null : matmul(reshape(a, [-1, 1]), reshape(b, [1, -1])),
  where: together((a, b) => where(less(literal([-1, 1, 1]), literal([0])), sum(a), sum(b))),
  gather: (a, _b, choice) => (a.shape.length === 0 ? null : gather(a, literal([choice % 2, 1, 0], [3], 'i32'))),
  scatterAdd: (a) =>
    a.shape.length === 0
      ? null
      : scatterAdd(
          literal(
            range(a.shape[0]).map((i) => i % 2),
            [a.shape[0]],
            'i32',
          ),
          a,
          3,
        ),
  stopGradient,
}

/** Continuous functions whose derivative jumps. */
const kinked: Record<string, Operation> = {
  abs,
  leakyRelu: (a) => leakyRelu(a, 0.1),
  max: together(max),
  min: together(min),
  maximum: (a, _b, choice) => maximum(a, { axes: someAxes(a, choice) }),
  mask: (a, _b, choice) =>
    mul(a, cast(choice % 2 === 0 ? less(0, numberOf(choice)) : not(less(0, numberOf(choice))), 'f32')),
}

export interface Expression {
  /** The last results of the pool. */
  readonly outputs: readonly Tensor[]
  readonly inputs: readonly Tensor[]
  readonly feeds: ReadonlyMap<Tensor, number[]>
  /** What was done, for the message of a failure. */
  readonly [fc.toStringMethod]: () => string
}

/** Random graphs over a few small inputs, of all operations or of the smooth ones only. */
export function expressions(kinds: 'smooth' | 'all', steps = 16): fc.Arbitrary<Expression> {
  const table: [string, Operation][] = Object.entries(kinds === 'smooth' ? smooth : { ...smooth, ...kinked })
  const shapes = [[2, 3], [3], [2, 1], [], [3, 2, 2]]
  const free = fc.nat({ max: 1000 })
  return fc
    .record({
      values: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 24, maxLength: 24 }),
      steps: fc.array(fc.tuple(fc.nat({ max: table.length - 1 }), free, free, free), {
        minLength: 1,
        maxLength: steps,
      }),
    })
    .map(({ values, steps: program }) => {
      const inputs = shapes.map((shape, index) => input(`input${index}`, shape))
      let used = 0
      const feeds = new Map(inputs.map((tensor) => [tensor, values.slice(used, (used += sizeOf(tensor.shape)))]))
      const pool: Tensor[] = [...inputs]
      const trace: string[] = []
      for (const [index, first, second, choice] of program) {
        const [name, operation] = table[index]
        // Counted from the end, so that small numbers, which shrinking prefers, make deep graphs.
        const a = pool[pool.length - 1 - (first % pool.length)]
        const b = pool[pool.length - 1 - (second % pool.length)]
        const result = operation(a, b, choice)
        if (result === null) continue
        trace.push(`${pool.length} = ${name}(${pool.indexOf(a)}, ${pool.indexOf(b)}, ${choice})`)
        pool.push(result)
      }
      return { outputs: pool.slice(-3), inputs, feeds, [fc.toStringMethod]: () => trace.join('; ') }
    })
}
