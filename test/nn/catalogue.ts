import fc from 'fast-check'
import * as nn from '../../src/nn/index.ts'
import type { Layer, Mode } from '../../src/nn/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { constant, input, literal } from '../../src/tensor/operations/index.ts'
import { mapTree } from '../../src/tensor/tree.ts'
import type { Variables } from '../../src/tensor/tree.ts'
import type { Shape, Tensor } from '../../src/tensor/tensor.ts'

/** A layer and what it is given. */
export interface Sample {
  readonly layer: Layer
  readonly batch: number
  readonly shape: Shape
}

const extent = fc.integer({ min: 2, max: 5 })
const few = fc.integer({ min: 1, max: 3 })

/** Images of at least `least` pixels in both directions, a multiple of `factor`, with a multiple of `channels` channels. */
const images = (
  layer: (channels: number) => Layer,
  {
    least = 1,
    factor = 1,
    channels = 1,
    batch = few,
  }: {
    least?: number
    factor?: number
    channels?: number
    batch?: fc.Arbitrary<number>
  } = {},
): fc.Arbitrary<Sample> =>
  fc.tuple(batch, extent, extent, few).map(([n, height, width, c]) => ({
    layer: layer(c * channels),
    batch: n,
    shape: [Math.max(height, least) * factor, Math.max(width, least) * factor, c * channels],
  }))

const vectors = (layer: Layer): fc.Arbitrary<Sample> =>
  fc.tuple(few, extent).map(([batch, features]) => ({ layer, batch, shape: [features] }))

const oneOf = <T>(values: readonly T[], build: (value: T) => fc.Arbitrary<Sample>): fc.Arbitrary<Sample> =>
  fc.constantFrom(...values).chain(build)

const border = { top: 1, bottom: 0, left: 2, right: 1 }
const small = nn.normal(0.5)

/** Every layer over random shapes, dropout and batch normalization apart, which have tests of their own. */
export const catalogue: Readonly<Record<string, fc.Arbitrary<Sample>>> = {
  upsampleNearest: oneOf([1, 2, 3], (factor) => images(() => nn.upsample(factor))),
  upsampleBilinear: oneOf([2, 3, 4], (factor) => images(() => nn.upsample(factor, 'bilinear'))),
  pixelShuffle: oneOf([2, 3], (factor) => images(() => nn.pixelShuffle(factor), { channels: factor ** 2 })),
  pixelUnshuffle: oneOf([2, 3], (factor) => images(() => nn.pixelUnshuffle(factor), { factor })),
  averagePoolTiles: images(() => nn.averagePool({ kernel: 2 })),
  averagePoolOverlapping: images(() => nn.averagePool({ kernel: 3, stride: 2, padding: 1 })),
  averagePoolDense: images(() => nn.averagePool({ kernel: 2, stride: 1 })),
  maxPoolTiles: images(() => nn.maxPool({ kernel: 2 })),
  maxPoolOverlapping: images(() => nn.maxPool({ kernel: 3, stride: 2, padding: 1 })),
  maxPoolFarApart: images(() => nn.maxPool({ kernel: 1, stride: 2 })),
  globalAveragePool: images(nn.globalAveragePool),
  globalMaxPool: images(nn.globalMaxPool),
  globalSumPool: images(nn.globalSumPool),
  zeroPad: images(() => nn.zeroPad(border)),
  reflectPad: images(() => nn.reflectPad(border), { least: 3 }),
  replicatePad: images(() => nn.replicatePad(border)),
  fourierFeatures: oneOf([1, 3], (waves) => vectors(nn.fourierFeatures({ waves, deviation: 0.5 }))),
  layerNormOfVectors: vectors(nn.layerNorm()),
  layerNormOfImages: images(() => nn.layerNorm()),
  layerNormOfPixels: images(() => nn.layerNorm({ over: 'features' }), { channels: 3 }),
  groupNorm: images(() => nn.groupNorm(2), { channels: 2 }),
  groupNormOfVectors: fc.constant({ layer: nn.groupNorm(3), batch: 2, shape: [12] }),
  instanceNorm: images(() => nn.instanceNorm()),
  instanceNormAffine: images(() => nn.instanceNorm({ affine: true })),
  pixelNorm: images(() => nn.pixelNorm()),
  minibatchStandardDeviation: images(() => nn.minibatchStandardDeviation(), { batch: fc.constantFrom(3, 4, 8) }),
  pointwise: images(() => nn.pointwise(3, { initializer: small })),
  selfAttention: images(() => nn.selfAttention({ keySize: 2, valueSize: 2 })),
  selfAttentionPooled: images(() => nn.selfAttention({ pool: 2, wrap: nn.spectralNorm })),
  residual: images((channels) => nn.residual(nn.stack([nn.layerNorm(), nn.pointwise(channels)]), { scale: 0.5 })),
  residualProjected: images(() => nn.residual(nn.stack([nn.pointwise(4), nn.softplus()]))),
  residualResized: images(() =>
    nn.residual(nn.stack([nn.pointwise(2), nn.averagePool({ kernel: 2 })]), {
      shortcut: nn.stack([nn.averagePool({ kernel: 2 }), nn.pointwise(2, { bias: false })]),
    }),
  ),
  spectralNormOfDense: vectors(nn.spectralNorm(nn.dense(3))),
  spectralNormOfConv: images(() => nn.spectralNorm(nn.conv2d(2, { kernel: 2 }))),
  conv: images(() => nn.conv2d(2, { kernel: 3, padding: 1, stride: 2 })),
  convSame: images(() => nn.conv2d(2, { kernel: [2, 3], padding: 'same' })),
  convInGroups: images(() => nn.conv2d(4, { kernel: 3, padding: 2, dilation: 2, groups: 2 }), { channels: 2 }),
  convTranspose: images(() => nn.convTranspose2d(3, { kernel: 4, stride: 2, padding: 1 })),
  convTransposeInGroups: images(() => nn.convTranspose2d(2, { kernel: 3, stride: 2, outputPadding: 1, groups: 2 }), {
    channels: 2,
  }),
}

export const random = () => nn.randomness({ seed: literal([1, 2], [2], 'i32'), step: constant(0, 'i32') }, 0)
export const training = (): Mode => nn.learning(random())

/** A layer with everything it reads as an input, and what it makes of that. */
export interface Use {
  readonly x: Tensor
  readonly parameters: Variables
  readonly buffers: Variables
  readonly output: Tensor
}

/** Uses a layer; the buffers (which have no derivatives) are those of its beginning. */
export function use({ layer, batch, shape }: Sample, mode: Mode, scale: (x: Tensor) => Tensor = (x) => x): Use {
  const first = layer.init(shape, random())
  const x = input('x', [batch, ...shape])
  const parameters = mapTree(first.parameters, ({ shape: own }, name) => input(name, own))
  const scaled = mapTree(parameters, scale)
  const { output } = layer.apply({ parameters: scaled, buffers: first.buffers }, scale(x), mode)
  return { x, parameters, buffers: first.buffers, output }
}

/** The layer with the first numbers of its buffers as they are, because ONNX cannot draw them. */
export function drawn(sample: Sample): Sample {
  const { layer } = sample
  return {
    ...sample,
    layer: {
      ...layer,
      init(shape, draws) {
        const first = layer.init(shape, draws)
        const numbers = interpret(Object.values(first.buffers), new Map())
        const buffers = Object.entries(first.buffers).map(
          ([name, buffer], i) => [name, literal([...numbers[i]], buffer.shape)] as const,
        )
        return { ...first, buffers: Object.fromEntries(buffers) }
      },
    },
  }
}
