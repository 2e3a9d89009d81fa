import { fromBinary } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { exportOnnx } from '../../src/onnx/export.ts'
import type { ModelGraph } from '../../src/onnx/export.ts'
import { ModelProtoSchema } from '../../src/onnx/generated/onnx_pb.ts'
import type { GraphProto, ModelProto } from '../../src/onnx/generated/onnx_pb.ts'
import { toChannelsFirst } from '../../src/onnx/layout.ts'
import { UserError } from '../../src/tensor/errors.ts'
import * as t from '../../src/tensor/operations/index.ts'
import { withPath } from '../../src/tensor/tensor.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { expectClose, runOnnx, spread } from './onnx-runtime.ts'

/** The model of one output 'y', read back from its bytes. */
function modelOf(y: Tensor, inputs: readonly Tensor[], rest: Partial<ModelGraph> = {}): ModelProto {
  const named = inputs.map((tensor, index) => ({ name: `x${index}`, tensor }))
  const graph = { inputs: named, outputs: [{ name: 'y', tensor: y }], weights: new Map(), ...rest }
  return fromBinary(ModelProtoSchema, exportOnnx(graph, { graphName: 'test' }))
}

function graphOf(...args: Parameters<typeof modelOf>): GraphProto {
  const { graph } = modelOf(...args)
  if (graph === undefined) throw new Error('the model has no graph')
  return graph
}

const operators = (graph: GraphProto): string[] => graph.node.map(({ opType }) => opType)

function smallGenerator() {
  const latent = t.input('z', [2, 3])
  const weights = new Map([
    [t.input('generator.dense1.weight', [3, 8]), Float32Array.from(spread([3, 8], 1))],
    [t.input('generator.dense1.bias', [8]), Float32Array.from(spread([8], 2))],
  ])
  const [weight, bias] = weights.keys()
  const images = withPath('generator', () => {
    const sum = withPath('dense1', () => t.add(t.matmul(latent, weight), bias))
    const active = withPath('tanh1', () => t.tanh(sum))
    return toChannelsFirst(t.reshape(active, [2, 2, 2, 2]))
  })
  return { inputs: [{ name: 'z', tensor: latent }], outputs: [{ name: 'images', tensor: images }], weights }
}

describe('a model as a file', () => {
  const bytes = exportOnnx(smallGenerator(), { graphName: 'generator', metadata: { range: '-1 to 1', layout: 'NCHW' } })
  const model = fromBinary(ModelProtoSchema, bytes)

  it('is a graph of few operators, named after the layers', () => {
    expect(model.graph?.name).toBe('generator')
    expect(model.graph?.node.map(({ opType, name, input, output }) => [opType, name, input, output])).toEqual([
      ['Gemm', 'generator/dense1/Gemm', ['z', 'generator.dense1.weight', 'generator.dense1.bias'], ['generator/dense1/Gemm']],
      ['Tanh', 'generator/tanh1/Tanh', ['generator/dense1/Gemm'], ['generator/tanh1/Tanh']],
      ['Reshape', 'generator/Reshape', ['generator/tanh1/Tanh', 'shape'], ['generator/Reshape']],
      ['Transpose', 'images', ['generator/Reshape'], ['images']],
    ])
  })

  it('carries the weights as raw bytes under their names', () => {
    const weight = model.graph?.initializer.find(({ name }) => name === 'generator.dense1.weight')
    expect(weight?.dims).toEqual([3n, 8n])
    expect(new Float32Array(Uint8Array.from(weight?.rawData ?? []).buffer)).toEqual(Float32Array.from(spread([3, 8], 1)))
  })

  it('says versions, producer, metadata and shapes', () => {
    expect([model.irVersion, model.opsetImport.map(({ domain, version }) => [domain, version])]).toEqual([9n, [['', 20n]]])
    expect(model.producerName).toBe('forger-gan')
    expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual([['range', '-1 to 1'], ['layout', 'NCHW']])
    const shape = model.graph?.output[0].type?.value
    expect(shape?.case === 'tensorType' && shape.value.shape?.dim.map(({ value }) => value.value)).toEqual([2n, 2n, 2n, 2n])
  })

  it('is the same every time', () => {
    expect(exportOnnx(smallGenerator(), { graphName: 'generator', metadata: { range: '-1 to 1', layout: 'NCHW' } })).toEqual(bytes)
  })
})

describe('what is written shorter', () => {
  const x = t.input('x', [2, 3])
  const w = t.input('w', [3, 4])
  const row = t.input('row', [4])

  it('transposed operands and a row of biases become parts of a Gemm', () => {
    const { node } = graphOf(t.add(row, t.matmul(t.transpose(w), t.transpose(x))).inputs[1], [x, w])
    expect(node.map(({ opType, attribute }) => [opType, attribute.map(({ name, i }) => [name, i])])).toEqual([
      ['Gemm', [['transA', 1n], ['transB', 1n]]],
    ])
  })

  it('a product that is needed elsewhere stays on its own', () => {
    const product = t.matmul(x, w)
    expect(operators(graphOf(t.mul(t.add(product, row), product), [x, w, row]))).toEqual(['MatMul', 'Add', 'Mul'])
    const outputs = [{ name: 'y', tensor: t.add(product, row) }, { name: 'product', tensor: product }]
    expect(operators(graphOf(product, [x, w, row], { outputs }))).toEqual(['MatMul', 'Add'])
  })

  it('numbers and biases are not expanded, equal constants are kept once', () => {
    const graph = graphOf(t.mul(t.add(t.mul(x, 0.5), t.input('b', [3])), 0.5), [x], {})
    expect(operators(graph)).toEqual(['Mul', 'Add', 'Mul'])
    expect(graph.initializer.map(({ name, dims }) => [name, dims])).toEqual([['0.5', []]])
  })
})
