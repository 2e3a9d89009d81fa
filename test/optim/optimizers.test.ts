import { describe, expect, it } from 'vitest'
import { adam, clipped, linear, movingAverage, sgd } from '../../src/optim/index.ts'
import type { Optimizer } from '../../src/optim/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { topological } from '../../src/tensor/graph.ts'
import { input } from '../../src/tensor/operations/index.ts'
import { evaluate } from '../../src/tensor/rules/reference.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { leavesOf, mapTree } from '../../src/tensor/tree.ts'

/** The parameters w [2] and b [] after every one of `count` updates with gradients made up from the step. */
function run(optimizer: Optimizer, count: number, gradientAt = (step: number, at: number) => Math.sin(step + 3 * at)) {
  const inputs = { w: input('w', [2]), b: input('b', []) }
  const gradients = { w: input('gw', [2]), b: input('gb', []) }
  const step = input('step', [], 'i32')
  const initial = optimizer.init(inputs)
  const state = mapTree(initial, ({ shape }, name) => input(name, shape))
  const updated = optimizer.update(gradients, state, inputs, step)
  const before = [...leavesOf(inputs), ...leavesOf(state)].map(([, tensor]) => tensor)
  const after = [...leavesOf(updated.parameters), ...leavesOf(updated.state)].map(([, tensor]) => tensor)
  let values = [
    ...[[1, -1], [0.5]].map((v) => Float64Array.from(v)),
    ...interpret(
      leavesOf(initial).map(([, t]) => t),
      new Map(),
    ),
  ]
  return Array.from({ length: count }, (_, now) => {
    const feeds = new Map<Tensor, ArrayLike<number>>([
      [step, [now]],
      [gradients.w, [gradientAt(now, 0), gradientAt(now, 1)]],
      [gradients.b, [gradientAt(now, 2)]],
      ...before.map((tensor, index) => [tensor, values[index]] as const),
    ])
    values = interpret(after, feeds)
    return [...values[0], ...values[1]]
  })
}

/** The same by plain loops: `move` changes one number, and keeps what it likes in `memory`. */
function reference(count: number, move: (gradient: number, memory: Record<string, number>, step: number) => number) {
  const parameters = [1, -1, 0.5]
  const memories: Record<string, number>[] = parameters.map(() => ({}))
  return Array.from({ length: count }, (_, step) => {
    parameters.forEach((_parameter, at) => {
      parameters[at] += move(Math.sin(step + 3 * at), memories[at], step)
    })
    return [...parameters]
  })
}

function expectClose(found: number[][], expected: number[][]): void {
  expect(found).toHaveLength(expected.length)
  found.forEach((row, step) =>
    row.forEach((value, at) => expect(value, `step ${step}`).toBeCloseTo(expected[step][at], 12)),
  )
}

describe('sgd', () => {
  it('goes down the gradient', () => {
    expectClose(
      run(sgd({ learningRate: 0.1 }), 5),
      reference(5, (g) => -0.1 * g),
    )
  })

  it('keeps no state without momentum', () => {
    expect(sgd({ learningRate: 0.1 }).init({ w: input('w', [2]) })).toEqual({})
  })

  it.each([false, true])('with momentum as PyTorch has it, nesterov: %s', (nesterov) => {
    const expected = reference(6, (g, memory) => {
      memory.velocity = 0.9 * (memory.velocity ?? 0) + g
      return -0.1 * (nesterov ? g + 0.9 * memory.velocity : memory.velocity)
    })
    expectClose(run(sgd({ learningRate: 0.1, momentum: 0.9, nesterov }), 6), expected)
  })

  it('takes schedules for both', () => {
    const options = { learningRate: linear(0.1, 0.2, 4), momentum: linear(0.5, 0.7, 4) }
    const expected = reference(6, (g, memory, step) => {
      memory.velocity = (0.5 + 0.05 * Math.min(step, 4)) * (memory.velocity ?? 0) + g
      return -(0.1 + 0.025 * Math.min(step, 4)) * memory.velocity
    })
    expectClose(run(sgd(options), 6), expected)
  })
})

describe('adam', () => {
  it.each([
    [0.9, 0.999],
    [0.5, 0.9],
    [0, 0.99],
    [0, 0],
  ])('is the algorithm of the paper at beta1 %d, beta2 %d', (beta1, beta2) => {
    const expected = reference(20, (g, memory, step) => {
      memory.first = beta1 * (memory.first ?? 0) + (1 - beta1) * g
      memory.second = beta2 * (memory.second ?? 0) + (1 - beta2) * g * g
      const first = memory.first / (1 - beta1 ** (step + 1))
      const second = memory.second / (1 - beta2 ** (step + 1))
      return (-0.01 * first) / (Math.sqrt(second) + 1e-3)
    })
    expectClose(run(adam({ learningRate: 0.01, beta1, beta2, epsilon: 1e-3 }), 20), expected)
  })

  it('keeps no mean of gradients that it does not use', () => {
    const state = adam({ learningRate: 0.01, beta1: 0 }).init({ w: input('w', [2]) })
    expect(leavesOf(state).map(([name]) => name)).toEqual(['second.w'])
  })

  it.each([0, 1, 2, 10, 100, 1000, 100_000, 5_000_000])(
    'corrects its bias at step %d to six digits in float32',
    (step) => {
      const [beta1, beta2, rate, epsilon] = [0.9, 0.999, 0.01, 1e-8]
      const tensors = {
        w: input('w', []),
        g: input('g', []),
        first: input('m', []),
        second: input('v', []),
        step: input('t', [], 'i32'),
      }
      const { parameters } = adam({ learningRate: rate, beta1, beta2, epsilon }).update(
        { w: tensors.g },
        { first: { w: tensors.first }, second: { w: tensors.second } },
        { w: tensors.w },
        tensors.step,
      )
      const [gradient, mean, meanSquare] = [0.3, 0.2, 0.05].map(Math.fround)
      const feeds = new Map([
        [tensors.w, 0],
        [tensors.g, gradient],
        [tensors.first, mean],
        [tensors.second, meanSquare],
        [tensors.step, step],
      ])
      const first = beta1 * mean + (1 - beta1) * gradient
      const second = beta2 * meanSquare + (1 - beta2) * gradient ** 2
      const [by1, by2] = [beta1, beta2].map((beta) => -Math.expm1((step + 1) * Math.log(beta)))
      const expected = ((-rate / by1) * first) / (Math.sqrt(second) / Math.sqrt(by2) + epsilon)
      expect(Math.abs(inFloat32(parameters.w, feeds) / expected - 1)).toBeLessThan(1e-6)
    },
  )
})

/** A scalar, every operation rounded to float32 as a device does it. */
function inFloat32(result: Tensor, feeds: ReadonlyMap<Tensor, number>): number {
  const values = new Map<Tensor, Float64Array>()
  for (const tensor of topological([result])) {
    const fed = feeds.get(tensor)
    const exact =
      fed === undefined
        ? evaluate(
            tensor,
            tensor.inputs.map((x) => values.get(x) ?? new Float64Array()),
          )
        : [fed]
    values.set(tensor, Float64Array.from(Float32Array.from(exact)))
  }
  return values.get(result)?.[0] ?? Number.NaN
}

describe('clipped', () => {
  const rate = 0.1
  const moves = (norm: number) => run(clipped(norm, sgd({ learningRate: rate })), 1, (_step, at) => [3, 4, 12][at])[0]

  it('shortens long gradients together to the norm', () => {
    // Their length is 13.
    const [w0, w1, b] = moves(6.5)
    expect([(1 - w0) / rate, (-1 - w1) / rate, (0.5 - b) / rate].map((move) => Math.round(move * 1e4) / 1e4)).toEqual([
      1.5, 2, 6,
    ])
  })

  it('leaves short ones alone', () => {
    expect(moves(20)).toEqual(run(sgd({ learningRate: rate }), 1, (_step, at) => [3, 4, 12][at])[0])
  })
})

describe('the moving average', () => {
  it('keeps the given share of the past, and less in the first steps', () => {
    const [average, now, step] = [input('average', [2]), input('now', [2]), input('step', [], 'i32')]
    const { w } = movingAverage({ w: average }, { w: now }, 0.9, step)
    const after = (at: number) => [
      ...interpret(
        [w],
        new Map<Tensor, ArrayLike<number>>([
          [average, [1, 2]],
          [now, [3, 6]],
          [step, [at]],
        ]),
      )[0],
    ]
    expect(after(0).map((value) => value.toFixed(9))).toEqual(['2.800000000', '5.600000000'])
    expect(after(1_000_000).map((value) => value.toFixed(9))).toEqual(['1.200000000', '2.400000000'])
  })
})
