import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { add, conv2d, input, tanh } from '../../src/tensor/operations/index.ts'
import { range, sizeOf } from '../../src/tensor/shape.ts'
import type { Shape, Tensor } from '../../src/tensor/tensor.ts'
import { wasmTarget } from '../../src/wasm/target.ts'
import { compiled } from '../runtime/compiled.ts'
import { anyLayout, assertAgreement, assertAll, operand } from '../runtime/operands.ts'

const layers = fc.record({
  images: fc.integer({ min: 1, max: 3 }),
  extent: fc.tuple(fc.integer({ min: 3, max: 13 }), fc.integer({ min: 3, max: 13 })),
  channels: fc.constantFrom(8, 16, 64),
  units: fc.integer({ min: 1, max: 4 }),
  kernel: fc.integer({ min: 1, max: 3 }),
  padding: fc.integer({ min: 0, max: 1 }),
})

/** So small that all sums are exact. */
const tinyNumbers = (i: number) => ((i * 7919) % 3) - 1

describe('convolutions to a few channels', () => {
  it('are right whatever their rows and runs, and however kernels stand', async () => {
    await assertAll(
      fc.tuple(layers, anyLayout),
      async ([{ images, extent, channels, units, kernel, padding }, layout]) => {
        const x = operand([images, ...extent, channels], 'plain', tinyNumbers)
        const weight = operand([kernel, kernel, channels, units], layout, tinyNumbers)
        const bias = operand([units], 'plain', tinyNumbers)
        const y = conv2d(x.tensor, weight.tensor, { padding })
        await assertAgreement([y, add(y, bias.tensor)], [x.feed, weight.feed, bias.feed])
      },
    )
  })

  it('give the same bytes in strict mode with vectors of any width', async () => {
    const fed = (name: string, shape: Shape): readonly [Tensor, number[]] => [
      input(name, shape),
      range(sizeOf(shape)).map((i) => Math.fround(Math.sin(i * 1.7 + name.length))),
    ]
    for (const units of [1, 2, 3, 4]) {
      const [x, kernel] = [fed('x', [4, 9, 9, 24]), fed('kernel', [3, 3, 24, units])]
      const outputs = [tanh(conv2d(x[0], kernel[0], { padding: 1 }))]
      const feeds = new Map([x, kernel])
      const { values } = await compiled(outputs, feeds, { strict: true, target: wasmTarget(128) })
      expect((await compiled(outputs, feeds, { strict: true, target: wasmTarget(256) })).values).toEqual(values)
    }
  })
})
