import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import type { Layer } from '../../src/nn/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import * as composite from '../../src/tensor/composite/index.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { input, literal } from '../../src/tensor/operations/index.ts'
import { numberField } from '../../src/tensor/fields.ts'
import type { Field } from '../../src/tensor/fields.ts'
import { sizeOf } from '../../src/tensor/shape.ts'
import type { Shape, Tensor } from '../../src/tensor/tensor.ts'
import type { Variables } from '../../src/tensor/tree.ts'
import { wholeSpread } from '../onnx/onnx-runtime.ts'
import { catalogue, random, training } from './catalogue.ts'
import type { Sample } from './catalogue.ts'

const numbers = (tensor: Tensor): number[] => [...interpret([tensor], new Map())[0]]
const values = (count: number, seed = 1) => Array.from({ length: count }, (_, i) => Math.sin(seed + i * i))
const batchOf = (shape: Shape, seed = 1) => literal(values(sizeOf(shape), seed), shape)

/** Numbers for one input: x or a field. */
const partOf = (field: Field, batch: number, seed: number): number[] => {
  const shape = [batch, ...field.shape]
  return field.kind === 'whole' ? wholeSpread(shape, seed, 0, field.count) : values(sizeOf(shape), seed)
}

/** One sample behind three others, which the seed decides: [x, given]. */
function amongOthers({ shape, count, fields = {} }: Sample, seed: number): [Tensor, Variables] {
  const together = (field: Field) =>
    literal(
      [...partOf(field, 3, seed), ...partOf(field, 1, 3)],
      [4, ...field.shape],
      field.kind === 'whole' ? 'i32' : 'f32',
    )
  const given = Object.entries(fields).map(([name, field]) => [name, together(field)] as const)
  return [
    together(count === undefined ? numberField(shape) : { kind: 'whole', shape, count }),
    Object.fromEntries(given),
  ]
}

describe('every layer', () => {
  it.each(Object.entries(catalogue))('%s tells the shape that it gives, and keeps its buffers', (_name, samples) =>
    fc.assert(
      fc.property(samples, (sample) => {
        const { layer, shape, fields } = sample
        const first = layer.init(shape, random(), fields)
        const [x, given] = amongOthers(sample, 1)
        for (const mode of [nn.learning(random(), given), nn.inUse(given, random())]) {
          const { output, buffers } = layer.apply(first, x, mode)
          expect(output.shape).toEqual([4, ...first.shape])
          expect(Object.keys(buffers)).toEqual(Object.keys(first.buffers))
        }
      }),
      { numRuns: 10 },
    ),
  )

  it.each(Object.entries(catalogue))('%s mixes the samples of a batch only if it says so', (_name, samples) =>
    fc.assert(
      fc.property(samples, (sample) => {
        const { layer, shape, fields } = sample
        const first = layer.init(shape, random(), fields)
        const [a, b] = [1, 2].map((seed) => {
          const [x, given] = amongOthers(sample, seed)
          const { output } = layer.apply(first, x, nn.learning(random(), given))
          return numbers(output).slice(-sizeOf(first.shape))
        })
        const alike = a.every((value, i) => Math.abs(value - b[i]) < 1e-12)
        expect(alike).toBe(!layer.mixesBatch)
      }),
      { numRuns: 5 },
    ),
  )
})

describe('a mistake is told in one sentence', () => {
  const image = input('x', [2, 4, 4, 3])
  it.each<[string, () => unknown, string]>([
    [
      'vectors',
      () => composite.upsampleNearest(input('x', [2, 3]), 2),
      'upsampleNearest of f32[2, 3]: takes images [batch, height, width, channels]',
    ],
    ['a factor', () => composite.upsampleBilinear(image, 1.5), 'the factor must be a whole number from 1 on, not 1.5'],
    ['channels', () => composite.pixelShuffle(image, 2), 'its channels do not divide into squares of 2 x 2'],
    ['extents', () => composite.pixelUnshuffle(image, 3), 'its height and width must be multiples of 3'],
    ['a window', () => composite.averagePool(image, { kernel: 5 }), 'a window of 5 x 5 does not fit into the image'],
    [
      'a padding',
      () => composite.maxPool(image, { kernel: 3, padding: 2 }),
      'a padding of 2 is more than half of the kernel',
    ],
    [
      'a stride',
      () => composite.maxPool(image, { kernel: 3, stride: 0 }),
      'the stride must be a whole number from 1 on, not 0',
    ],
    ['a mirror', () => composite.reflectPad(image, 4), 'a side must be narrower than the image'],
    [
      'a border',
      () => composite.zeroPad(image, { top: 0, bottom: 0, left: -1, right: 0 }),
      'the border (left) must be a whole number from 0 on, not -1',
    ],
    [
      'groups of samples',
      () => composite.minibatchStandardDeviation(input('x', [6, 3]), 4),
      'the batch does not divide into groups of 4',
    ],
    [
      'groups of features',
      () => nn.groupNorm(2).init([4, 4, 3], random()),
      'its 3 features do not divide into 2 groups',
    ],
    [
      'no pixels',
      () => nn.instanceNorm().init([4], random()),
      'instanceNorm of f32[1, 4]: needs pixels to normalize over',
    ],
    ['no features', () => nn.layerNorm().init([], random()), 'layerNorm of []: needs an axis of features'],
    [
      'attention to vectors',
      () => nn.selfAttention().init([4], random()),
      'selfAttention of [4]: takes images [height, width, channels]',
    ],
    [
      'labels',
      () => nn.embedding(3, 2).apply(nn.embedding(3, 2).init([1], random()), input('x', [2, 1]), nn.evaluation),
      'embedding of f32[2, 1]: takes whole numbers, i32',
    ],
    [
      'classes',
      () => nn.embedding(0, 2),
      'An embedding of 0 classes in 2 numbers makes no sense; give whole numbers from 1 on.',
    ],
    [
      'no weight',
      () => nn.spectralNorm(nn.relu()).init([3], random()),
      'spectralNorm wraps layers with a weight of two axes or more; relu has none.',
    ],
    [
      'no iterations',
      () => nn.spectralNorm(nn.dense(2), { iterations: 0 }),
      'A power iteration of 0 steps makes no sense',
    ],
    [
      'ways that part',
      () => nn.residual(nn.averagePool({ kernel: 2 })).init([4, 4, 3], random()),
      'residual of [4, 4, 3]: its branch ends in [2, 2, 3]; give it a shortcut that ends there too',
    ],
    [
      'ways that miss',
      () => nn.residual(nn.pointwise(4), { shortcut: nn.pointwise(5) }).init([2], random()),
      'its branch ends in [4] and its shortcut in [5]',
    ],
    [
      'a convolution of vectors',
      () => nn.conv2d(3, { kernel: 3 }).init([4], random()),
      'conv of [4]: takes images [height, width, channels]',
    ],
    [
      'units in groups',
      () => nn.conv2d(3, { kernel: 3, groups: 2 }),
      'A convolution of 3 units in 2 groups with a kernel of 3 x 3 makes no sense',
    ],
    [
      'channels in groups',
      () => nn.conv2d(4, { kernel: 3, groups: 2 }).init([4, 4, 3], random()),
      'its 3 channels do not divide into 2 groups',
    ],
    [
      'a small image',
      () => nn.stack([nn.conv2d(4, { kernel: 3 })]).init([2, 2, 3], random()),
      'in conv1: the kernel is larger than the padded image',
    ],
  ])('%s', (_what, mistake, sentence) => {
    expect(mistake).toThrow(UserError)
    expect(mistake).toThrow(sentence)
  })
})

describe('spectralNorm', () => {
  /** By many steps from every unit vector's image: slow and sure. */
  function largestSingularValue(matrix: readonly number[], rows: number, columns: number): number {
    let u = Array.from({ length: columns }, (_, i) => 1 + i / columns)
    let size = 0
    for (let step = 0; step < 2000; step++) {
      const v = Array.from({ length: rows }, (_, r) => u.reduce((sum, x, c) => sum + x * matrix[r * columns + c], 0))
      const w = u.map((_, c) => v.reduce((sum, x, r) => sum + x * matrix[r * columns + c], 0))
      size = Math.hypot(...w)
      u = w.map((x) => x / size)
    }
    return Math.sqrt(size)
  }

  it('makes no distance longer once its vectors have settled', () => {
    const layer = nn.spectralNorm(nn.dense(4, { bias: false, initializer: nn.normal(3) }))
    const { parameters, buffers: first } = layer.init([6], random())
    const weight = numbers(parameters.weight)
    let buffers = first
    for (let use = 0; use < 100; use++) {
      const next = layer.apply({ parameters, buffers }, input('x', [1, 6]), training()).buffers
      buffers = { u: literal(numbers(next.u)), v: literal(numbers(next.v)) }
    }
    const unit = literal(
      Array.from({ length: 36 }, (_, i) => (i % 7 === 0 ? 1 : 0)),
      [6, 6],
    )
    const { output, buffers: kept } = layer.apply({ parameters, buffers }, unit, nn.evaluation)
    const sigma = largestSingularValue(weight, 6, 4)
    numbers(output).forEach((value, i) => expect(value).toBeCloseTo(weight[i] / sigma, 9))
    expect(kept).toEqual(buffers)
  })

  it('begins close to the largest singular value', () => {
    const { parameters, buffers } = nn.spectralNorm(nn.dense(30)).init([50], random())
    const [weight, u, v] = [parameters.weight, buffers.u, buffers.v].map(numbers)
    const estimate = v.reduce((sum, x, r) => sum + x * u.reduce((row, y, c) => row + y * weight[r * 30 + c], 0), 0)
    const ratio = estimate / largestSingularValue(weight, 50, 30)
    expect(ratio).toBeGreaterThan(0.9)
    expect(ratio).toBeLessThanOrEqual(1 + 1e-12)
  })

  it('keeps the names of the layer and its other buffers', () => {
    const { parameters, buffers } = nn.stack([nn.spectralNorm(nn.conv2d(2, { kernel: 3 }))]).init([4, 4, 1], random())
    expect(Object.keys(parameters)).toEqual(['conv1.weight', 'conv1.bias'])
    expect(Object.keys(buffers)).toEqual(['conv1.u', 'conv1.v'])
    expect([buffers['conv1.u'].shape, buffers['conv1.v'].shape]).toEqual([[2], [9]])
  })
})

describe('what a layer begins as', () => {
  const begins = (layer: Layer, shape: Shape) => {
    const first = layer.init(shape, random())
    const x = batchOf([2, ...shape])
    return { first, x, output: layer.apply(first, x, nn.evaluation).output }
  }

  it('self-attention changes nothing', () => {
    const { x, output } = begins(nn.selfAttention(), [3, 3, 16])
    expect(numbers(output)).toEqual(numbers(x))
  })

  it('a residual block whose branch ends in zeros changes nothing', () => {
    const branch = nn.stack([
      nn.conv2d(4, { kernel: 3, padding: 1 }),
      nn.relu(),
      nn.conv2d(3, { kernel: 1, initializer: nn.zeros, bias: false }),
    ])
    const { first, x, output } = begins(nn.residual(branch), [3, 3, 3])
    expect(numbers(output)).toEqual(numbers(x))
    expect(Object.keys(first.parameters)).toEqual(['branch.conv1.weight', 'branch.conv1.bias', 'branch.conv2.weight'])
  })

  it('self-attention has the sizes of the paper', () => {
    const { parameters } = nn.selfAttention().init([4, 4, 16], random())
    expect(Object.entries(parameters).map(([name, { shape }]) => [name, shape])).toEqual([
      ['query.weight', [16, 2]],
      ['key.weight', [16, 2]],
      ['value.weight', [16, 8]],
      ['output.weight', [8, 16]],
      ['gamma', []],
    ])
  })
})

describe('convolutions', () => {
  it.each<[string, Layer, number]>([
    ['conv', nn.conv2d(60, { kernel: [3, 5], groups: 2 }), 2 * 15],
    ['convTranspose', nn.convTranspose2d(60, { kernel: [3, 2], groups: 2 }), 30 * 6],
  ])('%s begins as in PyTorch, within 1 / sqrt(fan in)', (_name, layer, fanIn) => {
    const { parameters } = layer.init([8, 8, 4], random())
    for (const tensor of Object.values(parameters)) {
      const largest = Math.max(...numbers(tensor).map(Math.abs))
      expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(fanIn))
      expect(largest).toBeGreaterThan(0.9 / Math.sqrt(fanIn))
    }
  })

  it.each([1, 2, 3])("with padding 'same' divide the image by a stride of %i, rounded up", (stride) => {
    for (const size of [3, 4, 7]) {
      const { shape } = nn.conv2d(2, { kernel: 3, stride, padding: 'same' }).init([size, size + 1, 1], random())
      expect(shape).toEqual([Math.ceil(size / stride), Math.ceil((size + 1) / stride), 2])
    }
  })
})

describe('minibatchStandardDeviation', () => {
  it('says 0 of equal samples', () => {
    const same = literal([1, 2, 1, 2, 1, 2, 1, 2], [4, 2])
    const output = numbers(composite.minibatchStandardDeviation(same))
    expect(output.filter((_, i) => i % 3 === 2)).toEqual([1e-4, 1e-4, 1e-4, 1e-4])
  })
})
