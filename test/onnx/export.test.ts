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
      [
        'Gemm',
        'generator/dense1/Gemm',
        ['z', 'generator.dense1.weight', 'generator.dense1.bias'],
        ['generator/dense1/Gemm'],
      ],
      ['Tanh', 'generator/tanh1/Tanh', ['generator/dense1/Gemm'], ['generator/tanh1/Tanh']],
      ['Reshape', 'generator/Reshape', ['generator/tanh1/Tanh', 'shape'], ['generator/Reshape']],
      ['Transpose', 'images', ['generator/Reshape'], ['images']],
    ])
  })

  it('carries the weights as raw bytes under their names', () => {
    const weight = model.graph?.initializer.find(({ name }) => name === 'generator.dense1.weight')
    expect(weight?.dims).toEqual([3n, 8n])
    expect(new Float32Array(Uint8Array.from(weight?.rawData ?? []).buffer)).toEqual(
      Float32Array.from(spread([3, 8], 1)),
    )
  })

  it('says versions, producer, metadata and shapes', () => {
    expect([model.irVersion, model.opsetImport.map(({ domain, version }) => [domain, version])]).toEqual([
      9n,
      [['', 20n]],
    ])
    expect(model.producerName).toBe('forger-gan')
    expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual([
      ['range', '-1 to 1'],
      ['layout', 'NCHW'],
    ])
    const shape = model.graph?.output[0].type?.value
    expect(shape?.case === 'tensorType' && shape.value.shape?.dim.map(({ value }) => value.value)).toEqual([
      2n,
      2n,
      2n,
      2n,
    ])
  })

  it('is the same every time', () => {
    expect(
      exportOnnx(smallGenerator(), { graphName: 'generator', metadata: { range: '-1 to 1', layout: 'NCHW' } }),
    ).toEqual(bytes)
  })
})

describe('what is written shorter', () => {
  const x = t.input('x', [2, 3])
  const w = t.input('w', [3, 2])
  const row = t.input('row', [2])

  it('transposed operands and a row of biases become parts of a Gemm', () => {
    const { node } = graphOf(t.add(row, t.matmul(t.transpose(w), t.transpose(x))), [x, w, row])
    expect(
      node.map(({ opType, input, attribute }) => [opType, input, attribute.map(({ name, i }) => [name, i])]),
    ).toEqual([
      [
        'Gemm',
        ['x1', 'x0', 'x2'],
        [
          ['transA', 1n],
          ['transB', 1n],
        ],
      ],
    ])
  })

  it('a product that is needed elsewhere stays on its own', () => {
    const product = t.matmul(x, w)
    const sum = t.add(product, row)
    expect(operators(graphOf(t.mul(sum, product), [x, w, row]))).toEqual(['MatMul', 'Add', 'Mul'])
    const outputs = [
      { name: 'sum', tensor: sum },
      { name: 'product', tensor: product },
    ]
    expect(operators(graphOf(sum, [x, w, row], { outputs }))).toEqual(['MatMul', 'Add'])
  })

  it('the sum of a product and a whole matrix stays a sum', () => {
    expect(operators(graphOf(t.add(t.matmul(x, w), t.matmul(x, t.neg(w))), [x, w]))).toEqual([
      'MatMul',
      'Neg',
      'MatMul',
      'Add',
    ])
  })

  it('numbers and rows are not expanded, and equal constants are kept once', () => {
    const graph = graphOf(t.mul(t.add(t.mul(t.matmul(x, w), 0.5), t.exp(row)), 0.5), [x, w, row])
    expect(operators(graph)).toEqual(['MatMul', 'Mul', 'Exp', 'Add', 'Mul'])
    expect(graph.initializer.map(({ name, dims }) => [name, dims])).toEqual([['0.5', []]])
  })

  it('what is the same in every row is computed once and expanded at the end', () => {
    const graph = graphOf(t.exp(t.neg(t.broadcast(row, [1000, 2]))), [row])
    expect(operators(graph)).toEqual(['Neg', 'Exp', 'Expand'])
  })

  it('a reduction that keeps its axes is one operator', () => {
    expect(operators(graphOf(t.sub(x, t.maximum(x, { axes: [1], keep: true })), [x]))).toEqual(['ReduceMax', 'Sub'])
  })

  it('what two operators need expanded is expanded once', () => {
    const wide = t.broadcast(row, [3, 2])
    const both = t.concat([t.reshape(wide, [6]), t.sum(wide, { axes: [0] })])
    expect(operators(graphOf(both, [row]))).toEqual(['Expand', 'Reshape', 'ReduceSum', 'Concat'])
  })

  it('what is computed twice in the same way is computed once', () => {
    expect(operators(graphOf(t.mul(t.exp(x), t.exp(x)), [x]))).toEqual(['Exp', 'Mul'])
  })

  it('a rectifier of slope 0 is a Relu', () => {
    const { node } = graphOf(t.leakyRelu(t.relu(x), 0.25), [x])
    expect(node.map(({ opType, attribute }) => [opType, attribute.map(({ name, f }) => [name, f])])).toEqual([
      ['Relu', []],
      ['LeakyRelu', [['alpha', 0.25]]],
    ])
  })

  it('what no output needs is left out', () => {
    const unused = new Map([[t.input('unused', [2]), Float32Array.of(1, 2)]])
    const graph = graphOf(t.exp(t.stopGradient(x)), [x], { weights: unused })
    expect([operators(graph), graph.initializer]).toEqual([['Exp'], []])
  })
})

describe('names', () => {
  it('are numbered where they repeat and never those of inputs and outputs', () => {
    const x = t.input('x', [2])
    const y = withPath('a', () => t.exp(t.exp(t.exp(x))))
    const inputs = [{ name: 'a/Exp', tensor: x }]
    const { node } = graphOf(y, [], { inputs, outputs: [{ name: 'a/Exp_2', tensor: y }] })
    expect(node.map(({ output }) => output[0])).toEqual(['a/Exp_3', 'a/Exp_4', 'a/Exp_2'])
  })

  it('one tensor may leave under several, and inputs and weights may leave as they are', async () => {
    const x = t.input('x', [2])
    const w = t.input('w', [2])
    const exp = t.exp(x)
    const tensors = { a: exp, b: exp, c: x, d: w, e: t.broadcast(w, [2, 2]) }
    const outputs = Object.entries(tensors).map(([name, tensor]) => ({ name, tensor }))
    const graph = { inputs: [{ name: 'x', tensor: x }], outputs, weights: new Map([[w, Float32Array.of(3, 4)]]) }
    const feeds = { x: { dtype: 'f32' as const, shape: [2], values: [0, 1] } }
    const [{ a, b, c, d, e }] = await runOnnx(exportOnnx(graph, { graphName: 'test' }), [feeds])
    expectClose(a.values, [1, Math.E], 1e-6)
    expect(b).toEqual(a)
    expect([c, d, e].map(({ values }) => values)).toEqual([
      [0, 1],
      [3, 4],
      [3, 4, 3, 4],
    ])
  })

  it('may not repeat among inputs and outputs', () => {
    const x = t.input('x', [2])
    const twice = { inputs: [{ name: 'x', tensor: x }], outputs: [{ name: 'x', tensor: t.exp(x) }], weights: new Map() }
    expect(() => exportOnnx(twice, { graphName: 'test' })).toThrow(UserError)
    expect(() => exportOnnx(twice, { graphName: 'test' })).toThrow("'x' cannot name an input or output")
  })
})

describe('what cannot leave', () => {
  const x = t.input('x', [2])
  const source = { seed: t.input('seed', [2], 'i32'), step: t.input('step', [], 'i32') }
  const noise = withPath('generator', () => t.randomNormal(source, 0, [2]))

  it('random numbers, unless they are fed', () => {
    expect(() => graphOf(t.add(noise, x), [x, source.seed, source.step])).toThrow(UserError)
    expect(() => graphOf(t.add(noise, x), [x, source.seed, source.step])).toThrow(
      'The random numbers in generator have no ONNX form, as every device would draw others; make them inputs of the exported graph, as { randomInputs: true } does.',
    )
    expect(operators(graphOf(t.add(noise, x), [x, noise]))).toEqual(['Add'])
  })

  it('random numbers, unless they are to be inputs', () => {
    const drawn = t.sub(t.randomUniform(source, 3, [2]), t.mul(noise, x))
    const outputs = [{ name: 'y', tensor: drawn }]
    const graph = { inputs: [{ name: 'x', tensor: x }], outputs, weights: new Map() }
    const model = fromBinary(ModelProtoSchema, exportOnnx(graph, { graphName: 'test', randomInputs: true }))
    expect(model.graph?.input.map(({ name }) => name)).toEqual(['x', 'noise1', 'noise2'])
    expect(model.graph?.node.map(({ opType, input }) => [opType, ...input])).toEqual([
      ['Mul', 'noise1', 'x'],
      ['Sub', 'noise2', 'Mul'],
    ])
    expect(model.metadataProps.map(({ key, value }) => `${key}: ${value}`)).toEqual([
      'noise1: standard normal',
      'noise2: uniform in [0, 1)',
    ])
  })

  it('a shuffle', () => {
    const rows = t.shuffle(source, 0, 10, t.constant(0, 'i32'), 4)
    expect(() => graphOf(rows, [source.seed, source.step])).toThrow('The shuffle numbers have no ONNX form')
  })

  it('a tensor without value', () => {
    expect(() => graphOf(t.exp(t.input('labels', [2])), [x])).toThrow(
      "reads 'labels', which is neither an input nor a weight",
    )
  })

  it('weights that are not those of the tensor', () => {
    const weights = new Map([[x, Int32Array.of(1, 2)]])
    expect(() => graphOf(t.exp(x), [], { weights })).toThrow(
      "The weight 'x' is f32[2], but its values are 2 numbers of type i32.",
    )
    expect(() => graphOf(t.exp(x), [], { weights: new Map([[x, Float32Array.of(1)]]) })).toThrow(
      'are 1 numbers of type f32',
    )
  })

  it('images that are none', () => {
    expect(() => toChannelsFirst(x)).toThrow('takes images [batch, height, width, channels]')
  })
})
