import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildKernels } from '../../src/kernels/plan.ts'
import { layOut, phasesOf } from '../../src/kernels/phases.ts'
import { sumOrder } from '../../src/kernels/target.ts'
import type { Target } from '../../src/kernels/target.ts'
import { gradients } from '../../src/tensor/grad.ts'
import { add, conv2d, exp, input, matmul, mul, neg, scatterAdd, sum, tanh } from '../../src/tensor/operations/index.ts'
import { range, sizeOf } from '../../src/tensor/shape.ts'
import type { Shape, Tensor } from '../../src/tensor/tensor.ts'
import { wasmTarget } from '../../src/wasm/target.ts'
import { compiled } from '../runtime/compiled.ts'
import { exactGraphs } from '../runtime/exact-graphs.ts'
import { computation, target } from './computation.ts'

/** Machines unlike any of ours. */
const machines: fc.Arbitrary<Target> = fc.record({
  lanes: fc.constantFrom(4, 8),
  registers: fc.constantFrom(8, 16, 32),
  cache: fc.record({
    line: fc.constantFrom(32, 64, 128),
    sets: fc.constantFrom(32, 64),
    ways: fc.integer({ min: 3, max: 12 }),
  }),
  points: fc.record({ panel: fc.constantFrom(16, 32, 64), depth: fc.constantFrom(8, 16, 64) }),
  limits: fc.record({ operations: fc.integer({ min: 1, max: 9 }), rowElements: fc.integer({ min: 1, max: 40 }) }),
  worth: fc.record({ repeating: fc.nat(100), phase: fc.nat(100) }),
  sums: fc.constant(sumOrder),
})

/** Numbers whose sums are rounded, so that another order of adding gives other bits. */
const fed = (name: string, shape: Shape): readonly [Tensor, number[]] => [
  input(name, shape),
  range(sizeOf(shape)).map((i) => Math.fround(Math.sin(i * 1.7 + name.length))),
]

describe('what a program is compiled for', () => {
  it('changes no bit of a convolution, its gradients and a sum by index', async () => {
    const [x, kernel, rows] = [fed('x', [4, 12, 12, 40]), fed('kernel', [3, 3, 40, 32]), fed('rows', [5, 7, 9])]
    const y = conv2d(x[0], kernel[0], { padding: 1 })
    const slots = input('slots', [5], 'i32')
    const outputs = [y, ...gradients(sum(mul(y, y)), [x[0], kernel[0]]), scatterAdd(slots, rows[0], 3)]
    const feeds = new Map<Tensor, number[]>([x, kernel, rows, [slots, [2, 0, 2, 2, 1]]])
    const { values: expected } = await compiled(outputs, feeds, { strict: true })
    await fc.assert(
      fc.asyncProperty(machines, async (machine) => {
        const { values, program } = await compiled(outputs, feeds, { strict: true, target: machine })
        expect(values).toEqual(expected)
        const kinds = program.nests.flat().map(({ producer }) => producer?.kind)
        expect(kinds.filter((kind) => kind === 'winograd').length).toBeGreaterThan(2)
      }),
      { numRuns: 12 },
    )
  })

  it('changes no bit of a random graph', async () => {
    await fc.assert(
      fc.asyncProperty(machines, exactGraphs(30), async (machine, { tensors, feeds }) => {
        const outputs = tensors.slice(-4)
        const { values: expected } = await compiled(outputs, feeds)
        expect((await compiled(outputs, feeds, { target: machine })).values).toEqual(expected)
      }),
      { numRuns: 40 },
    )
  })

  it('limits the operations of a kernel', () => {
    const [x] = fed('x', [64])
    const long = range(9).reduce((value) => tanh(add(value, exp(neg(value)))), x)
    const kernels = (operations: number) =>
      buildKernels(computation([long]), { ...target, limits: { ...target.limits, operations } })
    expect(kernels(36)).toHaveLength(1)
    expect(kernels(9)).toHaveLength(4)
  })

  it('says where arrays may begin', () => {
    const [[x], [y]] = [fed('x', [3, 5]), fed('y', [5, 3])]
    const nests = buildKernels(computation([matmul(exp(x), exp(y)), matmul(neg(y), tanh(x))]), target)
    const wide = { ...target, cache: { ...target.cache, line: 4096 } }
    const { addressOf } = layOut(phasesOf(nests, wide), wide)
    expect(addressOf.size).toBeGreaterThan(1)
    for (const address of addressOf.values()) expect(address % 4096).toBe(0)
  })

  it('is never a reason to add in another order', () => {
    for (const bits of [128, 256] as const) expect(wasmTarget(bits).sums).toBe(sumOrder)
  })
})
