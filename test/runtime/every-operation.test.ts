import { describe, expect, it } from 'vitest'
import { exportOnnx } from '../../src/onnx/export.ts'
import { everyOperation } from '../../src/runtime/every-operation.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { elementwiseNames } from '../../src/tensor/elementwise/table.ts'
import { topological } from '../../src/tensor/graph.ts'
import { range, sizeOf } from '../../src/tensor/shape.ts'
import { isKind } from '../../src/tensor/tensor.ts'
import type { DType } from '../../src/tensor/tensor.ts'
import { expectAgreement, interpreted } from '../onnx/read/reading.ts'
import { assertAgreement, between } from './operands.ts'
import type { Feed } from './operands.ts'

const numbers: Record<DType, (i: number) => number> = {
  f32: (i) => Math.fround(between(-3, 4)(i)),
  i32: (i) => ((i * 7) % 11) - 4,
  u8: (i) => (i * 37) % 256,
  bool: (i) => (i >> 1) % 2,
}

describe('every operation on every type that it takes', () => {
  it.each(everyOperation)('$operation of $of', async ({ tensor }) => {
    const inputs = topological([tensor]).filter((one) => isKind(one, 'input'))
    const feeds = inputs.map((one, i): Feed => [
      one,
      range(sizeOf(one.shape)).map((j) => numbers[one.dtype](j + 5 * i)),
    ])
    await assertAgreement([tensor], feeds, 2e-6)

    // Exported and read again it is the same function.
    const model = exportOnnx(
      {
        inputs: inputs.map((one, i) => ({ name: `x${i}`, tensor: one })),
        outputs: [{ name: 'y', tensor }],
        weights: new Map(),
      },
      { graphName: 'one' },
    )
    const fed = feeds.map(([{ dtype, shape }, values], i) => [`x${i}`, { dtype, shape, values }] as const)
    const [values] = interpret([tensor], new Map(feeds))
    const expected = { y: { dtype: tensor.dtype, shape: tensor.shape, values } }
    expectAgreement(interpreted(model, Object.fromEntries(fed)), expected, 1e-6)
  })

  it('has all elementwise functions', () => {
    const seen = everyOperation.flatMap(({ tensor }) => (isKind(tensor, 'elementwise') ? [tensor.primitive.name] : []))
    expect(new Set(seen)).toEqual(new Set(elementwiseNames))
  })
})
