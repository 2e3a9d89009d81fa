import fc from 'fast-check'
import * as nn from '../../src/nn/index.ts'
import type { Layer, Mode } from '../../src/nn/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { classField, imageField, numberField, wordsField } from '../../src/tensor/fields.ts'
import type { Field, Fields } from '../../src/tensor/fields.ts'
import { constant, input, literal } from '../../src/tensor/operations/index.ts'
import { mapTree } from '../../src/tensor/tree.ts'
import type { Variables } from '../../src/tensor/tree.ts'
import type { Shape, Tensor } from '../../src/tensor/tensor.ts'
import { spread, wholeSpread } from '../onnx/onnx-runtime.ts'

/** A layer and what it is used on. */
export interface Sample {
  readonly layer: Layer
  readonly batch: number
  readonly shape: Shape
  /** What a batch is given beside x; nothing by default. */
  readonly fields?: Fields
  /** Where x is whole numbers, how many there are. */
  readonly count?: number
}

const extent = fc.integer({ min: 2, max: 5 })
const few = fc.integer({ min: 1, max: 3 })

/**
 * Images of at least `least` pixels in both directions, a multiple of `factor`, with a multiple of `channels`
 * channels.
 */
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

const sequences = (layer: (features: number) => Layer, multiple = 1): fc.Arbitrary<Sample> =>
  fc
    .tuple(few, few, few)
    .map(([batch, length, n]) => ({ layer: layer(n * multiple), batch, shape: [length + 1, n * multiple] }))

const words = (layer: Layer, count: number): fc.Arbitrary<Sample> =>
  fc.tuple(few, extent).map(([batch, length]) => ({ layer, batch, shape: [length], count }))

/** Samples whose batches are given more. */
const giving = (samples: fc.Arbitrary<Sample>, fields: Fields | ((shape: Shape) => Fields)): fc.Arbitrary<Sample> =>
  samples.map((sample) => ({ ...sample, fields: typeof fields === 'function' ? fields(sample.shape) : fields }))

const oneOf = <T>(values: readonly T[], build: (value: T) => fc.Arbitrary<Sample>): fc.Arbitrary<Sample> =>
  fc.constantFrom(...values).chain(build)

const border = { top: 1, bottom: 0, left: 2, right: 1 }
const small = nn.normal(0.5)
const side = { side: numberField([3]) }
const ofClass = { class: classField(3) }
const perPixel = (units: number) => nn.pointwise(units, { initializer: small })
const halved = (units: number) => nn.stack([perPixel(units), nn.downsample(2)])
const sequence = { output: 'sequence' } as const

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
  downsampleAverage: oneOf([1, 2, 3], (factor) => images(() => nn.downsample(factor), { factor })),
  downsampleSmooth: oneOf([1, 2, 3], (factor) => images(() => nn.downsample(factor, 'smooth'), { factor })),
  embeddingOfLabels: fc.constant({ layer: nn.embedding(3, 4), batch: 5, shape: [], count: 3 }),
  embeddingOfWords: words(nn.embedding(5, 3), 5),
  noise: images(() => nn.noise({ deviation: 0.5 })),
  noiseLearned: images(() => nn.noise({ deviation: 'learned' })),
  noiseOfVectors: vectors(nn.noise({ deviation: 'learned' })),
  gumbelSoftmax: sequences(() => nn.gumbelSoftmax({ temperature: 0.7 })),

  concatenation: giving(
    images(() => nn.concatenation(3)),
    ofClass,
  ),
  projection: giving(vectors(nn.projection(3)), ofClass),
  given: giving(vectors(nn.given('side')), side),
  givenWords: giving(vectors(nn.stack([nn.given('words'), nn.embedding(4, 2)])), { words: wordsField(3, 4) }),
  withGivenImage: giving(
    images(() => nn.withGiven('source')),
    ([height, width]) => ({ source: imageField([height, width, 2], 'signed') }),
  ),
  withGivenPlanes: giving(
    images(() => nn.withGiven('side')),
    side,
  ),
  withGivenClass: giving(
    images(() => nn.withGiven('class')),
    ofClass,
  ),
  withGivenWords: giving(
    sequences(() => nn.withGiven('words')),
    ([length]) => ({ words: wordsField(length, 4) }),
  ),
  withGivenEmbedded: giving(
    images((channels) => nn.withGiven('class', { through: nn.embedding(3, channels), join: 'sum' })),
    ofClass,
  ),
  branches: images(() => nn.branches([perPixel(2), nn.stack([]), nn.globalAveragePool()])),
  branchesAdded: vectors(nn.branches([nn.dense(3), nn.stack([nn.dense(3), nn.tanh()])], 'sum')),
  skip: images(() => nn.skip(perPixel(2))),
  encoderDecoder: images(
    () =>
      nn.encoderDecoder(
        [
          { encode: perPixel(2), decode: perPixel(3) },
          { encode: halved(3), decode: nn.upsample(2) },
        ],
        nn.stack([nn.tanh(), perPixel(2)]),
      ),
    { factor: 2 },
  ),
  uNetPooled: fc.constant({
    layer: nn.uNet({ way: 'pooled', channels: [1, 2], output: 2, activation: nn.softplus }),
    batch: 2,
    shape: [4, 2, 1],
  }),
  uNetStrided: fc.constant({
    layer: nn.uNet({ channels: [2, 3], output: 1, activation: nn.softplus, innermost: nn.pixelNorm() }),
    batch: 2,
    shape: [4, 8, 1],
  }),
  tap: vectors(nn.stack([nn.tap('hidden', nn.dense(3)), nn.tanh(), nn.tap('end')])),
  heads: images(() => nn.heads([perPixel(2), nn.globalSumPool()])),
  gru: sequences(() => nn.recurrent(nn.gru(2), sequence)),
  gruReversed: sequences(() => nn.recurrent(nn.gru(2, { wrap: nn.spectralNorm }), { ...sequence, reverse: true })),
  gruOfVector: giving(vectors(nn.recurrent(nn.gru(2), { ...sequence, length: 3, initial: nn.dense(2) })), side),
  lstm: sequences(() => nn.recurrent(nn.lstm(2), { output: 'last' })),
  lstmFromGiven: giving(
    sequences(() => nn.recurrent(nn.lstm(2), { ...sequence, initial: nn.stack([nn.given('side'), nn.dense(4)]) })),
    side,
  ),
  attention: sequences(() => nn.attention({ keySize: 2, heads: 2 })),
  attentionCausal: sequences(() => nn.attention({ keySize: 2, valueSize: 1, causal: true, bias: false })),
  attentionOfImages: images(() => nn.attention({ keySize: 2, wrap: nn.spectralNorm })),
  attentionToField: giving(
    images(() => nn.attention({ keySize: 2, heads: 2, to: 'other' })),
    { other: numberField([3, 2]) },
  ),
  attentionToWords: giving(
    sequences(() => nn.attention({ keySize: 2, to: nn.stack([nn.given('words'), nn.embedding(4, 2)]) })),
    { words: wordsField(3, 4) },
  ),
  positions: sequences(() => nn.positions()),
  positionsSinusoidal: sequences(() => nn.positions('sinusoidal'), 2),
  positionsOfImages: images(() => nn.positions('sinusoidal'), { channels: 4 }),
}

export const random = () => nn.randomness({ seed: literal([1, 2], [2], 'i32'), step: constant(0, 'i32') }, 0)
export const training = (): Mode => nn.learning(random())

/** A layer with everything it reads as an input, and what it makes of that. */
export interface Use {
  readonly x: Tensor
  readonly parameters: Variables
  readonly given: Variables
  readonly buffers: Variables
  readonly output: Tensor
  /** Every input of whole numbers, with how many there are. */
  readonly counts: ReadonlyMap<Tensor, number>
}

/** Uses a layer; the buffers (which have no derivatives) are those of its beginning. */
export function use(sample: Sample, manner: 'learning' | 'inUse', scale: (x: Tensor) => Tensor = (x) => x): Use {
  const { layer, batch, shape, count, fields = {} } = sample
  const first = layer.init(shape, random(), fields)
  const counts = new Map<Tensor, number>()
  const inputOf = (name: string, field: Field): Tensor => {
    const tensor = input(name, [batch, ...field.shape], field.kind === 'whole' ? 'i32' : 'f32')
    if (field.kind === 'whole') counts.set(tensor, field.count)
    return tensor
  }
  const x = inputOf('x', count === undefined ? numberField(shape) : { kind: 'whole', shape, count })
  const given = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, inputOf(name, field)]))
  const parameters = mapTree(first.parameters, ({ shape: own }, name) => input(name, own))
  const scaled = (tensor: Tensor) => (tensor.dtype === 'f32' ? scale(tensor) : tensor)
  const mode =
    manner === 'learning' ? nn.learning(random(), mapTree(given, scaled)) : nn.inUse(mapTree(given, scaled), random())
  const variables = { parameters: mapTree(parameters, scale), buffers: first.buffers }
  const { output } = layer.apply(variables, scaled(x), mode)
  return { x, parameters, given, buffers: first.buffers, output, counts }
}

/** What a use reads: x, parameters and fields. */
const readBy = ({ x, parameters, given }: Use): Tensor[] => [x, ...Object.values(parameters), ...Object.values(given)]

/** What of it is smooth. */
export const smoothOf = (used: Use): Tensor[] => readBy(used).filter(({ dtype }) => dtype === 'f32')

/** Numbers for all that a use reads. */
export const feedsOf = (used: Use): Map<Tensor, number[]> =>
  new Map(
    readBy(used).map((tensor, seed) => {
      const count = used.counts.get(tensor)
      return [
        tensor,
        count === undefined ? spread(tensor.shape, seed, -1, 1) : wholeSpread(tensor.shape, seed, 0, count),
      ]
    }),
  )

/** The layer with the first numbers of its buffers as they are, because ONNX cannot draw them. */
export function drawn(sample: Sample): Sample {
  const { layer } = sample
  return {
    ...sample,
    layer: {
      ...layer,
      init(shape, draws, fields) {
        const first = layer.init(shape, draws, fields)
        const numbers = interpret(Object.values(first.buffers), new Map())
        const buffers = Object.entries(first.buffers).map(
          ([name, buffer], i) => [name, literal([...numbers[i]], buffer.shape)] as const,
        )
        return { ...first, buffers: Object.fromEntries(buffers) }
      },
    },
  }
}
