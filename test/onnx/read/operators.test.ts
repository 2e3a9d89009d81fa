import { describe, expect, it } from 'vitest'
import type { NodeProto } from '../../../src/onnx/generated/onnx_pb.ts'
import { operators } from '../../../src/onnx/read/operators/index.ts'
import { range } from '../../../src/tensor/shape.ts'
import type { DType, Shape } from '../../../src/tensor/tensor.ts'
import { runOnnx, spread, wholeSpread } from '../onnx-runtime.ts'
import type { Numbers } from '../onnx-runtime.ts'
import type { Case } from './cases/case.ts'
import { elements } from './cases/elements.ts'
import { images } from './cases/images.ts'
import { places } from './cases/places.ts'
import { bytesOfModel, node } from './hand-made.ts'
import { expectAgreement, interpreted } from './reading.ts'

/**
 * Expects of a model of x what ONNX Runtime computes; twice where x has channels: the second time x enters with its
 * channels last and is turned round first, so that values stand as behind convolutions.
 */
async function expectAgreementWithRuntime({
  nodes,
  tables = [],
  x = [2, 6, 5, 4],
  low = -2,
  high = 2,
  dtype,
  outputs = { y: 'f32' },
  version = 17,
}: Case): Promise<void> {
  const type: DType = dtype ?? 'f32'
  const values = (shape: Shape) =>
    type === 'f32' ? spread(shape, 1, low, high) : wholeSpread(shape, 1, dtype === 'bool' ? 0 : low, high)
  const rank = x.length
  const last = [x[0], ...x.slice(2), x[1]]
  const turn = node('Transpose', ['channels last'], 'x', {
    perm: [0, rank - 1, ...range(rank - 2).map((axis) => axis + 1)],
  })
  const direct: [string, Shape, readonly NodeProto[]] = ['x', x, nodes]
  const turned: [string, Shape, readonly NodeProto[]] = ['channels last', last, [turn, ...nodes]]
  for (const [name, shape, all] of rank > 2 ? [direct, turned] : [direct]) {
    const bytes = bytesOfModel({ inputs: { [name]: { type, shape } }, nodes: all, tables, outputs, version })
    const fed: Record<string, Numbers> = { [name]: { dtype: type, shape, values: values(shape) } }
    const [expected] = await runOnnx(bytes, [fed])
    expectAgreement(interpreted(bytes, fed), expected, 2e-5)
  }
}

const groups = Object.entries({ ...elements, ...images, ...places })

describe('ONNX Runtime agrees on', () => {
  it.each(groups)('%s', async (_name, cases) => {
    for (const one of cases) await expectAgreementWithRuntime(one)
  })
})

it('every operation that is known was asked about', () => {
  const asked = new Set(groups.flatMap(([, cases]) => cases.flatMap(({ nodes }) => nodes.map(({ opType }) => opType))))
  expect([...operators.keys()].filter((type) => !asked.has(type))).toEqual([])
})
