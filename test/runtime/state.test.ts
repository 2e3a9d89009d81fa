import { describe, expect, it } from 'vitest'
import { compile } from '../../src/runtime/compile.ts'
import { createDevice, read, write } from '../../src/runtime/device.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import {
  add,
  argmax,
  cast,
  concat,
  constant,
  exp,
  gather,
  matmul,
  mul,
  neg,
  pad,
  reshape,
  slice,
  sub,
  sum,
  transpose,
  where,
  less,
} from '../../src/tensor/operations/index.ts'
import type { DType, Shape, Tensor } from '../../src/tensor/tensor.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { expectInterpretedStates } from './interpreted-states.ts'

interface State {
  readonly shape: Shape
  readonly dtype?: DType
  readonly values: readonly number[]
}

/** Every state's numbers after each of `steps` steps: as a compiled program makes them, and the interpreter. */
async function play(states: readonly State[], next: (...state: Tensor[]) => (Tensor | null)[], steps = 3) {
  const device = createDevice(inlineEngine())
  const variables = states.map(({ shape, dtype = 'f32' }, i) => device.variable(`state${i}`, shape, dtype))
  variables.forEach((variable, i) => write(device, variable, states[i].values))
  const after = next(...variables.map(({ tensor }) => tensor))
  const updates = variables.flatMap((variable, i) => {
    const tensor = after[i]
    return tensor ? [[variable, tensor] as const] : []
  })
  const program = await compile(device, { updates, report: {} })
  const made: number[][][] = []
  const expected: number[][][] = []
  for (let step = 0; step < steps; step++) {
    const before = expected.at(-1) ?? states.map(({ values }) => [...values])
    const feeds = new Map(variables.map(({ tensor }, i) => [tensor, before[i]]))
    expected.push(
      interpret(
        variables.map(({ tensor }, i) => after[i] ?? tensor),
        feeds,
      ).map((values) => [...values]),
    )
    await program.run()
    made.push(variables.map((variable) => [...read(device, variable)]))
  }
  return { made, expected, kernels: program.kernels.length }
}

const six = { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }
const more = { shape: [2, 3], values: [7, -8, 9, -10, 11, -12] }
const square = { shape: [3, 3], values: [1, 2, 0, -1, 1, 1, 0, 2, -2] }

describe('states that a program updates', () => {
  it.each<[string, State[], (...state: Tensor[]) => (Tensor | null)[]]>([
    ['change places', [six, more], (a, b) => [b, a]],
    ['change places in a ring', [six, more, six], (a, b, c) => [b, c, mul(a, 2)]],
    ['are computed from each other', [six, more], (a, b) => [sub(b, 1), add(a, b)]],
    ['are each computed from the other, apart', [six, more], (a, b) => [neg(b), sub(a, sum(a))]],
    ['become a copy of another that changes', [six, more], (a, b) => [add(a, 1), a, ...[b].slice(1)]],
    ['need their own old and new values', [six, more], (a, b) => [add(a, 1), mul(sub(add(a, 1), a), b)]],
    [
      'are read by kernels after their new value is there',
      [square, six],
      (a, b) => {
        const next = add(a, 1)
        return [next, add(matmul(b, next), matmul(b, a))]
      },
    ],
    ['are read through a transposition', [square], (a) => [add(transpose(a), a)]],
    ['are transposed', [square], (a) => [transpose(a)]],
    [
      'are shifted',
      [{ shape: [5], values: [1, 2, 3, 4, 5] }],
      (a) => [concat([slice(a, [1], [4]), slice(a, [0], [1])])],
    ],
    [
      'are shifted with zeros, and computed with',
      [{ shape: [5], values: [1, 2, 3, 4, 5] }],
      (a) => [add(pad(slice(a, [1], [4]), [0], [1]), 1)],
    ],
    ['multiply themselves', [square], (a) => [matmul(a, a)]],
    ['multiply themselves and add', [square], (a) => [add(a, mul(matmul(transpose(a), a), 0.5))]],
    ['are the sum of all states', [six, more], (a, b) => [add(a, sum(b)), add(b, sum(a))]],
    ['receive the same tensor', [six, more, six], (a, b) => [add(a, b), add(a, b), mul(add(a, b), 2)]],
    [
      'receive constants',
      [six, more],
      (a, b) => [
        reshape(
          concat(
            [constant(1), constant(2)]
              .map((x) => reshape(x, [1]))
              .concat(reshape(slice(a, [0, 0], [1, 3]), [3]), slice(reshape(b, [6]), [0], [1])),
          ),
          [2, 3],
        ),
        a,
      ],
    ],
    [
      'become what the next one needs beside the old value',
      [six, more],
      (a, b) => {
        const doubled = mul(b, 2)
        return [doubled, add(doubled, a)]
      },
    ],
    ['stay as they are', [six, more], (a, b) => [a, add(a, b)]],
    ['are gathered by their own indices', [{ shape: [4], dtype: 'i32', values: [2, 0, 3, 1] }], (a) => [gather(a, a)]],
    [
      'are booleans and bytes',
      [
        { shape: [3], dtype: 'bool', values: [1, 0, 1] },
        { shape: [7], dtype: 'u8', values: [1, 2, 3, 250, 5, 6, 7] },
        { shape: [3], values: [1, 2, 3] },
      ],
      (a, b, c) => [less(c, 3), null, where(a, add(c, 1), add(c, sum(cast(b, 'f32'))))],
    ],
    [
      'decide what is read',
      [square, { shape: [3], dtype: 'i32', values: [0, 0, 0] }],
      (a, b) => [gather(a, b), argmax(a)],
    ],
    ['grow in one reduction that repeats work', [six], (a) => [add(a, sum(exp(mul(a, 1e-3)), { axes: [0] }))]],
  ])('%s', async (_, states, next) => {
    const { made, expected } = await play(states, next)
    made.forEach((step, s) =>
      step.forEach((values, i) =>
        values.forEach((value, at) => {
          expect(Math.abs(value - expected[s][i][at]), `step ${s}, state ${i}`).toBeLessThanOrEqual(
            1e-5 * Math.abs(expected[s][i][at]),
          )
        }),
      ),
    )
  })

  it('are updated in place by one kernel where each element needs only itself', async () => {
    const rotated = (a: Tensor, b: Tensor) => {
      const total = add(a, b)
      return [mul(total, a), mul(total, b)]
    }
    expect((await play([six, more], rotated)).kernels).toBe(1)
    // Each is kept before the other overwrites it.
    expect((await play([six, more], (a, b) => [b, a])).kernels).toBe(4)
  })

  it('are what the interpreter makes of them, over random graphs and several steps', async () => {
    await expectInterpretedStates(() => createDevice(inlineEngine(), { strict: true }), 200)
  }, 60_000)
})
