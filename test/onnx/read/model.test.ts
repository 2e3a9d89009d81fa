import { describe, expect, it } from 'vitest'
import { readOnnx } from '../../../src/onnx/read/model.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { input, literal } from '../../../src/tensor/operations/index.ts'
import { spread } from '../onnx-runtime.ts'
import { asInput, bytesOfModel, changed, convolution, node, table, weight } from './hand-made.ts'
import type { HandMade } from './hand-made.ts'
import { expectAgreement, interpreted, readFor } from './reading.ts'

describe('a model that was read', () => {
  it('tells its inputs, outputs, weights and metadata', () => {
    const { inputs, outputs, weights, metadata } = readOnnx(bytesOfModel(convolution))
    expect(inputs).toEqual([{ name: 'x', shape: ['batch', 3, 4, 4], dtype: 'f32' }])
    expect(outputs).toEqual([{ name: 'z', shape: null, dtype: 'f32' }])
    expect(weights.map(({ name, shape }) => ({ name, shape }))).toEqual([
      { name: 'kernel', shape: [2, 1, 3, 5] },
      { name: 'bias', shape: [5] },
    ])
    expect(metadata).toEqual({ made: 'by hand' })
  })

  it('gives kernels as our convolutions want them', () => {
    const [kernel] = readOnnx(bytesOfModel(convolution)).weights
    const original = spread([5, 3, 2, 1], 1, -0.5, 0.5)
    const expected = [0, 1].flatMap((row) =>
      [0, 1, 2].flatMap((channel) => [0, 1, 2, 3, 4].map((output) => original[(output * 3 + channel) * 2 + row])),
    )
    expect([...kernel.values()]).toEqual(expected)
  })

  it('takes weights as literals as well', () => {
    const bytes = bytesOfModel(convolution)
    const x = input('x', [2, 3, 4, 4])
    const values = spread(x.shape, 3)
    const outputs = readOnnx(bytes).apply([x], (one) => literal([...one.values()], one.shape))
    const fed = { x: { dtype: 'f32' as const, shape: x.shape, values } }
    expect(interpret(outputs, new Map([[x, values]]))[0]).toEqual(Float64Array.from(interpreted(bytes, fed).z.values))
  })

  it('asks once for each weight that is needed, and for no others', () => {
    const model: HandMade = {
      ...convolution,
      nodes: [
        ...convolution.nodes,
        node('Resize', ['z', '', 'scales'], 'large'),
        node('Mul', ['large', 'twice'], 'a'),
        node('Add', ['a', 'twice'], 'b'),
        node('Add', ['b', 'unused'], 'c'),
      ],
      tables: [
        ...(convolution.tables ?? []),
        table('scales', [4], [1, 1, 2, 2]),
        weight('twice', [8], 3),
        weight('unused', [8], 4),
      ],
      outputs: { b: 'f32', c: 'f32' },
    }
    const asked: string[] = []
    const read = readOnnx(bytesOfModel(model))
    read.apply([input('x', [1, 3, 4, 4])], (one) => (asked.push(one.name), asInput(one)), ['b'])
    expect(asked).toEqual(['kernel', 'bias', 'twice'])
    expect(read.weights.map(({ name }) => name)).toContain('unused')
  })

  it('may list its weights among its inputs, as old files do', () => {
    const bytes = changed(convolution, ({ graph }) => {
      const [x] = graph?.input ?? []
      graph?.input.push({ ...x, name: 'kernel' })
    })
    expect(readOnnx(bytes).inputs.map(({ name }) => name)).toEqual(['x'])
  })

  it('is the same function whether channels enter first or, transposed, last', () => {
    const bytes = bytesOfModel(convolution)
    const { outputs, inputs } = readFor(bytes, {
      x: { dtype: 'f32', shape: [1, 3, 4, 4], values: spread([1, 3, 4, 4], 1) },
    })
    expect(inputs[0].shape).toEqual([1, 3, 4, 4])
    expect(outputs[0].shape).toEqual([1, 5, 3, 4])
  })
})

it('labels are whole numbers, by which tables are looked up', () => {
  const bytes = bytesOfModel({
    inputs: { label: { type: 'i64', shape: ['batch'] } },
    nodes: [node('Gather', ['table', 'label'], 'y')],
    tables: [weight('table', [4, 3], 1)],
    outputs: { y: 'f32' },
  })
  const fed = { label: { dtype: 'i32' as const, shape: [3], values: [2, 0, -1] } }
  const rows = spread([4, 3], 1, -0.5, 0.5)
  const expected = [2, 0, 3].flatMap((row) => rows.slice(row * 3, row * 3 + 3))
  expectAgreement(interpreted(bytes, fed), { y: { dtype: 'f32', shape: [3, 3], values: expected } }, 0)
})
