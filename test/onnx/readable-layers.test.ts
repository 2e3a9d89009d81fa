import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import type { Layer, LayerVariables } from '../../src/nn/index.ts'
import { exportOnnx } from '../../src/onnx/export.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { input } from '../../src/tensor/operations/index.ts'

import type { Shape, Tensor } from '../../src/tensor/tensor.ts'
import { classField } from '../../src/tensor/fields.ts'
import type { Variables } from '../../src/tensor/tree.ts'
import { expectClose, fedNumbers, movedBetween, operatorsIn, runOnnx, spread } from './onnx-runtime.ts'

const classes = 3
const batch = 4

/** A layer in use, with any numbers for its variables, as a model with a free batch size that agrees with the interpreter. */
async function exported(layer: Layer, shape: Shape): Promise<Uint8Array> {
  const random = nn.randomness({ seed: input('seed', [2], 'i32'), step: input('step', [], 'i32') }, 0)
  const first = layer.init(shape, random, { class: classField(classes) })
  const weights = new Map<Tensor, Float32Array>()
  const numbersFor = (variables: Variables): Variables =>
    Object.fromEntries(
      Object.entries(variables).map(([name, variable]) => {
        const weight = input(name, variable.shape)
        // Above 0, as variances are.
        weights.set(weight, Float32Array.from(spread(variable.shape, weights.size, 0.1, 0.9)))
        return [name, weight]
      }),
    )
  const variables: LayerVariables = { parameters: numbersFor(first.parameters), buffers: numbersFor(first.buffers) }
  const trace = (size: number) => {
    const x = input('x', [size, ...shape])
    const label = input('label', [size], 'i32')
    const mode = nn.inUse({ class: label })
    const { output } = layer.apply(variables, x, mode)
    const inputs = [x, label].map((tensor, index) => ({ name: ['x', 'label'][index], tensor }))
    return { inputs, outputs: [{ name: 'y', tensor: output }], weights }
  }
  const model = exportOnnx(trace, { graphName: 'layer' })
  const { inputs, outputs } = trace(batch)
  const values = [spread([batch, ...shape], 9), [0, 2, 1, 2]]
  const feeds = Object.fromEntries(
    inputs.map(({ name, tensor }, index) => [name, fedNumbers(tensor, values[index])] as const),
  )
  const [{ y }] = await runOnnx(model, [feeds])
  const fed = inputs.map(({ tensor }, index) => [tensor, values[index]] as const)
  const [expected] = interpret([outputs[0].tensor], new Map<Tensor, ArrayLike<number>>([...fed, ...weights]))
  expect(y.shape).toEqual(outputs[0].tensor.shape)
  expectClose(y.values, expected, 1e-4)
  return model
}

const image: Shape = [6, 4, 8]

const layers: [name: string, layer: Layer, shape: Shape, operators: string][] = [
  ['dense', nn.dense(3), [5], 'Gemm'],
  ['maxout', nn.maxout(3, 2), [5], 'Gemm Reshape ReduceMax'],
  ['batchNorm of vectors', nn.batchNorm(), [5], 'BatchNormalization'],
  ['layerNorm of vectors', nn.layerNorm(), [5], 'LayerNormalization'],
  ['groupNorm of vectors', nn.groupNorm(2), [8], 'Reshape InstanceNormalization Reshape Mul Add'],
  ['spectralNorm of dense', nn.spectralNorm(nn.dense(3)), [5], 'Gemm'],
  ['projection', nn.projection(classes), [5], 'Gemm Max Min Gather Mul ReduceSum Add'],
  ['concatenation', nn.concatenation(classes), [5], 'Range Reshape Equal Cast Concat'],
  ['conv', nn.conv2d(3, { kernel: 3, padding: 1, stride: 2 }), image, 'Transpose Conv Transpose'],
  ['conv without bias', nn.conv2d(1, { kernel: 3, bias: false }), image, 'Transpose Conv Reshape'],
  ['conv of one unit', nn.conv2d(1, { kernel: 3 }), image, 'Transpose Conv Reshape'],
  [
    'conv in groups',
    nn.conv2d(6, { kernel: 3, groups: 2, dilation: 2, padding: 2 }),
    image,
    'Transpose Conv Transpose',
  ],
  [
    'conv with unequal borders',
    nn.conv2d(3, { kernel: [2, 3], padding: 'same' }),
    image,
    'Pad Transpose Conv Transpose',
  ],
  [
    'convTranspose',
    nn.convTranspose2d(3, { kernel: 4, stride: 2, padding: 1 }),
    image,
    'Transpose ConvTranspose Transpose',
  ],
  [
    'convTranspose in groups',
    nn.convTranspose2d(4, { kernel: 3, stride: 2, padding: 1, outputPadding: 1, groups: 2 }),
    image,
    'Transpose ConvTranspose Transpose',
  ],
  [
    'convTranspose without overlap',
    nn.convTranspose2d(2, { kernel: 2, stride: 3, outputPadding: 2 }),
    image,
    'Transpose ConvTranspose Transpose',
  ],
  [
    'convTranspose with stride 1',
    nn.convTranspose2d(2, { kernel: 3, dilation: 2, padding: 3 }),
    image,
    'Transpose ConvTranspose Transpose',
  ],
  ['spectralNorm of conv', nn.spectralNorm(nn.conv2d(2, { kernel: 3 })), image, 'Transpose Conv Transpose'],
  ['pointwise', nn.pointwise(3), image, 'Transpose Conv Transpose'],
  ['batchNorm', nn.batchNorm(), image, 'Transpose BatchNormalization Transpose'],
  [
    'conditionalBatchNorm',
    nn.conditionalBatchNorm(classes),
    image,
    'Transpose BatchNormalization Max Min Gather Reshape Mul Gather Reshape Add Transpose',
  ],
  ['layerNorm', nn.layerNorm(), image, 'Transpose LayerNormalization Transpose'],
  ['layerNorm of pixels', nn.layerNorm({ over: 'features' }), image, 'LayerNormalization'],
  ['layerNorm without affine', nn.layerNorm({ affine: false }), image, 'Transpose LayerNormalization Transpose'],
  ['groupNorm', nn.groupNorm(4), image, 'Transpose Reshape InstanceNormalization Reshape Mul Add Transpose'],
  ['instanceNorm', nn.instanceNorm({ affine: true }), image, 'Transpose InstanceNormalization Transpose'],
  ['instanceNorm without affine', nn.instanceNorm(), image, 'Transpose InstanceNormalization Transpose'],
  ['pixelNorm', nn.pixelNorm(), image, 'Mul ReduceMean Add Sqrt Div Mul'],
  [
    'minibatchStandardDeviation',
    nn.minibatchStandardDeviation(2),
    image,
    'Reshape ReduceMean Sub Mul ReduceMean Add Sqrt ReduceMean Expand Reshape Concat',
  ],
  ['upsample', nn.upsample(2), image, 'Transpose Resize Transpose'],
  ['upsample, bilinear', nn.upsample(3, 'bilinear'), image, 'Transpose Resize Transpose'],
  ['pixelShuffle', nn.pixelShuffle(2), image, 'Transpose DepthToSpace Transpose'],
  ['pixelUnshuffle', nn.pixelUnshuffle(2), image, 'Transpose SpaceToDepth Gather Transpose'],
  ['averagePool', nn.averagePool({ kernel: 2 }), image, 'Transpose AveragePool Transpose'],
  [
    'averagePool, overlapping',
    nn.averagePool({ kernel: 3, stride: 2, padding: 1 }),
    image,
    'Transpose AveragePool Transpose',
  ],
  ['maxPool', nn.maxPool({ kernel: 2 }), image, 'Transpose MaxPool Transpose'],
  ['maxPool, overlapping', nn.maxPool({ kernel: 3, stride: 1, padding: 1 }), image, 'Transpose MaxPool Transpose'],
  ['globalAveragePool', nn.globalAveragePool(), image, 'ReduceMean'],
  ['globalMaxPool', nn.globalMaxPool(), image, 'ReduceMax'],
  ['globalSumPool', nn.globalSumPool(), image, 'ReduceSum'],
  ['zeroPad', nn.zeroPad(1), image, 'Pad'],
  ['reflectPad', nn.reflectPad({ top: 2, bottom: 1, left: 0, right: 3 }), image, 'Transpose Pad Transpose'],
  ['replicatePad', nn.replicatePad(2), image, 'Transpose Pad Transpose'],
  // ONNX Runtime would take the zeros for the padding of MaxPool.
  [
    'maxPool behind zeros',
    nn.stack([nn.conv2d(2, { kernel: 1 }), nn.zeroPad(1), nn.maxPool({ kernel: 2 })]),
    image,
    'Transpose Conv Pad Max MaxPool Transpose',
  ],
  [
    'selfAttention',
    nn.selfAttention({ keySize: 2, valueSize: 3, wrap: nn.spectralNorm }),
    image,
    'Transpose Conv Reshape Conv Reshape Transpose MatMul Softmax Conv Reshape Transpose MatMul Reshape Transpose Conv Mul Transpose Add',
  ],
  ['withGiven', nn.withGiven('class'), [5], 'Cast Reshape Sub Abs Less Cast Concat'],
  [
    'branches',
    nn.branches([nn.conv2d(3, { kernel: 3, padding: 1 }), nn.conv2d(3, { kernel: 5, padding: 2 })]),
    image,
    'Transpose Conv Conv Concat Transpose',
  ],
  ['downsample', nn.downsample(2), image, 'Transpose AveragePool Transpose'],
  ['downsample, smooth', nn.downsample(2, 'smooth'), image, 'Reshape MatMul Reshape MatMul Reshape'],
  [
    'uNet',
    nn.uNet({ channels: [4, 8], output: 3, norm: nn.instanceNorm }),
    [8, 12, 3],
    'Transpose Conv LeakyRelu Conv LeakyRelu ConvTranspose InstanceNormalization Relu Concat ConvTranspose Transpose',
  ],
  [
    'a discriminator of patches',
    nn.stack([
      nn.reflectPad(1),
      nn.conv2d(8, { kernel: 4, stride: 2 }),
      nn.leakyRelu(),
      nn.reflectPad(1),
      nn.conv2d(8, { kernel: 4, stride: 2 }),
      nn.instanceNorm(),
      nn.leakyRelu(),
      nn.conv2d(1, { kernel: 4, padding: 1 }),
    ]),
    [24, 32, 3],
    'Transpose Pad Conv LeakyRelu Pad Conv InstanceNormalization LeakyRelu Conv Reshape',
  ],
  [
    'attention',
    nn.attention({ keySize: 4, heads: 2 }),
    [5, 3],
    'Reshape Gemm Mul Gemm Reshape Transpose Reshape Transpose MatMul Softmax Gemm Reshape Transpose MatMul Transpose Reshape Reshape Gemm Reshape',
  ],
  [
    'one step of a gru',
    nn.recurrent(nn.gru(4), { output: 'last' }),
    [1, 3],
    'Reshape Gemm Slice Slice Shape Concat Expand Gemm Slice Add Sigmoid Slice Mul Add Tanh Slice Slice Add Sigmoid Sub Mul Add',
  ],
  [
    'residual',
    nn.residual(nn.stack([nn.pointwise(3), nn.leakyRelu(), nn.conv2d(8, { kernel: 3, padding: 1 })])),
    image,
    'Transpose Conv LeakyRelu Conv Transpose Add',
  ],
]

describe('a layer as a model is a few operators that go by its name, and computes the same', () => {
  it.each(layers)('%s', async (_name, layer, shape, operators) => {
    expect(operatorsIn(await exported(layer, shape)).join(' ')).toBe(operators)
  })
})

/** Layers that take any images of even height and width with 8 channels, and give such. */
const inImages: Record<string, () => Layer> = {
  conv: () => nn.conv2d(8, { kernel: 3, padding: 1, groups: 2 }),
  convTranspose: () => nn.convTranspose2d(8, { kernel: 4, stride: 2, padding: 1 }),
  pointwise: () => nn.pointwise(8),
  batchNorm: () => nn.batchNorm(),
  layerNorm: () => nn.layerNorm(),
  groupNorm: () => nn.groupNorm(2),
  instanceNorm: () => nn.instanceNorm(),
  pixelNorm: () => nn.pixelNorm(),
  relu: nn.relu,
  upsample: () => nn.upsample(2, 'bilinear'),
  maxPool: () => nn.maxPool({ kernel: 3, stride: 1, padding: 1 }),
  averagePool: () => nn.averagePool({ kernel: 3, stride: 1, padding: 1 }),
  reflectPad: () => nn.reflectPad(1),
  zeroPad: () => nn.zeroPad(1),
  shuffled: () => nn.stack([nn.pixelUnshuffle(2), nn.pixelShuffle(2)]),
  residual: () => nn.residual(nn.stack([nn.leakyRelu(), nn.pointwise(8)]), { scale: 0.5 }),
  branches: () => nn.branches([nn.pointwise(4), nn.conv2d(4, { kernel: 3, padding: 1 })]),
}

it('layers in a row take no more operators than each by itself, and no image is moved between two of them', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...Object.keys(inImages)), { minLength: 1, maxLength: 5 }),
      async (names) => {
        const row = names.map((name) => inImages[name]())
        const model = await exported(nn.stack(row), [4, 2, 8])
        const alone = await Promise.all(row.map(async (layer) => operatorsIn(await exported(layer, [4, 2, 8]))))
        // One more stands between zeros and MaxPool.
        const most = alone.flat().length + row.length - 1
        expect(operatorsIn(model).length).toBeLessThanOrEqual(most)
        expect(movedBetween(model, 'Conv', 'ConvTranspose', 'BatchNormalization', 'Resize', 'MaxPool')).toEqual([])
      },
    ),
    { numRuns: 25 },
  ))
