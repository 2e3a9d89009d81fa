import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Block } from '../../src/kernels/nest.ts'
import { add, input, matmul, mul, relu, transpose } from '../../src/tensor/operations/index.ts'
import { range, sizeOf } from '../../src/tensor/shape.ts'
import type { Shape, Tensor } from '../../src/tensor/tensor.ts'
import { wasmTarget } from '../../src/wasm/target.ts'
import { defaultTiling, isSound } from '../../src/wasm/tiling.ts'
import type { Tiling } from '../../src/wasm/tiling.ts'
import { candidates } from '../../src/wasm/tune.ts'
import { compiled } from '../runtime/compiled.ts'

/** Numbers whose sums are rounded, so that another order of adding gives other bytes. */
const fed = (name: string, shape: Shape): readonly [Tensor, number[]] => [
  input(name, shape),
  range(sizeOf(shape)).map((i) => Math.fround(Math.sin(i * 1.7 + name.length))),
]

const tilings: fc.Arbitrary<Tiling> = fc
  .record({
    registers: fc.integer({ min: 1, max: 7 }),
    vectors: fc.integer({ min: 1, max: 4 }),
    unroll: fc.integer({ min: 1, max: 5 }),
    depth: fc.integer({ min: 1, max: 300 }),
    rowBlocks: fc.integer({ min: 1, max: 9 }),
    panels: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ rowBlocks, panels, ...tiling }) => ({
    ...tiling,
    rows: tiling.registers * rowBlocks,
    columns: tiling.vectors * 4 * panels,
  }))

const sizes = fc.record({
  m: fc.integer({ min: 1, max: 40 }),
  k: fc.integer({ min: 2, max: 70 }),
  n: fc.integer({ min: 1, max: 70 }),
})

describe('a matrix product', () => {
  it('has the same bytes however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, tilings, fc.nat(3), fc.boolean(), async ({ m, k, n }, tiling, orientation, strict) => {
        const [a, b, bias] = [
          fed('a', orientation & 1 ? [k, m] : [m, k]),
          fed('b2', orientation & 2 ? [n, k] : [k, n]),
          fed('bias', [n]),
        ]
        const product = matmul(orientation & 1 ? transpose(a[0]) : a[0], orientation & 2 ? transpose(b[0]) : b[0])
        const outputs = [relu(add(product, bias[0])), mul(transpose(product), 2)]
        const feeds = new Map([a, b, bias])
        const { values: expected } = await compiled(outputs, feeds, { strict })
        const { values } = await compiled(outputs, feeds, { strict, tilingOf: () => tiling })
        expect(values).toEqual(expected)
      }),
      { numRuns: 100 },
    )
  })

  it('in strict mode adds the products one after the other, each rounded', async () => {
    const [a, b] = [fed('a', [5, 600]), fed('b2', [600, 7])]
    const { values } = await compiled([matmul(a[0], b[0])], new Map([a, b]), { strict: true })
    const expected = range(35).map((i) =>
      range(600).reduce(
        (sum, k) => Math.fround(sum + Math.fround(a[1][Math.floor(i / 7) * 600 + k] * b[1][k * 7 + (i % 7)])),
        0,
      ),
    )
    expect(values[0]).toEqual(expected)
  })

  it('is refused in pieces that the scratch memory cannot hold', async () => {
    const [a, b] = [fed('a', [400, 30]), fed('b2', [30, 400])]
    const tilingOf = () => ({ registers: 4, vectors: 2, unroll: 4, depth: 30, rows: 400, columns: 400 })
    await expect(compiled([matmul(a[0], b[0])], new Map([a, b]), { tilingOf })).rejects.toThrow('cannot be cut like')
  })

  it('is cut soundly by the rule and by all that is tried, whatever its shape', () => {
    const block: Block = { name: 'any', dtype: 'f32', size: 1, role: 'external', values: [] }
    const access = { block, offset: 0, strides: [1, 1] }
    const extent = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 300_000 }))
    fc.assert(
      fc.property(extent, extent, extent, fc.constantFrom(wasmTarget(128), wasmTarget(256)), (m, n, k, target) => {
        const product = { batch: [], windows: null, m, n, k, a: access, b: access, body: { values: [], stores: [] } }
        for (const tiling of [defaultTiling(product, target), ...candidates(product, target)])
          expect(isSound(tiling), JSON.stringify(tiling)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
