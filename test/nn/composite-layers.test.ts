import { describe, expect, it } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import type { Layer } from '../../src/nn/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { literal } from '../../src/tensor/operations/index.ts'
import { sizeOf } from '../../src/tensor/shape.ts'
import type { Shape, Tensor } from '../../src/tensor/tensor.ts'
import { random, training } from './catalogue.ts'

const numbers = (tensor: Tensor): number[] => [...interpret([tensor], new Map())[0]]
const waves = (shape: Shape) =>
  literal(
    Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * i)),
    shape,
  )
const used = (layer: Layer, x: Tensor, mode = nn.evaluation) =>
  layer.apply(layer.init(x.shape.slice(1), random()), x, mode)
const parametersOf = (layer: Layer, shape: Shape) =>
  Object.entries(layer.init(shape, random()).parameters).map(([name, tensor]) => `${name} [${tensor.shape.join(', ')}]`)

/** x times a number. */
const times = (factor: number) => nn.pointwise(1, { bias: false, initializer: nn.filledWith(factor) })

describe('branches', () => {
  const x = literal([1, 2], [2, 1])

  it('stand side by side', () => {
    const { output } = used(nn.branches([times(10), nn.stack([]), times(3)]), x)
    expect(numbers(output)).toEqual([10, 1, 3, 20, 2, 6])
  })

  it('or are added up', () => {
    expect(numbers(used(nn.branches([times(10), nn.stack([])], 'sum'), x).output)).toEqual([11, 22])
  })

  it('take vectors beside images as constant planes', () => {
    const { output } = used(nn.branches([nn.stack([]), nn.globalSumPool()]), literal([1, 2, 3, 4], [2, 1, 2, 1]))
    expect(output.shape).toEqual([2, 1, 2, 2])
    expect(numbers(output)).toEqual([1, 3, 2, 3, 3, 7, 4, 7])
  })

  it('have variables of their own', () => {
    expect(parametersOf(nn.branches([nn.dense(2), nn.dense(3, { bias: false })]), [4])).toEqual([
      'branch1.weight [4, 2]',
      'branch1.bias [2]',
      'branch2.weight [4, 3]',
    ])
  })

  it('say where they do not meet', () => {
    expect(() => nn.branches([nn.stack([]), nn.averagePool({ kernel: 2 })]).init([4, 4, 1], random())).toThrow(
      'branches of [4, 4, 1] and [2, 2, 1]: all axes but the last must be equal',
    )
    expect(() => nn.branches([])).toThrow(UserError)
  })
})

describe('skip', () => {
  it('is x beside what the inner layer makes of it', () => {
    expect(numbers(used(nn.skip(times(5)), literal([1, 2], [2, 1])).output)).toEqual([1, 5, 2, 10])
  })

  it('says that odd images do not come back from being halved', () => {
    const inner = nn.stack([nn.averagePool({ kernel: 2 }), nn.upsample(2)])
    expect(nn.skip(inner).init([4, 6, 3], random()).shape).toEqual([4, 6, 6])
    expect(() => nn.skip(inner).init([5, 6, 3], random())).toThrow(
      'skip of [5, 6, 3] and [4, 6, 3]: all axes but the last must be equal (a vector fits everywhere); resize, pad or crop one of them',
    )
  })
})

describe('encoderDecoder', () => {
  it('is skips within skips', () => {
    const parts = () => [2, 3, 4, 5].map((units) => nn.dense(units))
    const [encode1, encode2, decode2, decode1] = parts()
    const nested = nn.stack([encode1, nn.skip(nn.stack([encode2, nn.skip(nn.tanh()), decode2])), decode1])
    const flat = nn.encoderDecoder(
      [
        { encode: encode1, decode: decode1 },
        { encode: encode2, decode: decode2 },
      ],
      nn.tanh(),
    )
    const x = waves([3, 6])
    const own = flat.init([6], random())
    const under = (nestedName: string, name: string) =>
      ['weight', 'bias'].map((part) => [`${nestedName}.${part}`, own.parameters[`${name}.${part}`]])
    const parameters = Object.fromEntries([
      ...under('dense1', 'encode1'),
      ...under('skip1.inner.dense1', 'encode2'),
      ...under('skip1.inner.dense2', 'decode2'),
      ...under('dense2', 'decode1'),
    ])
    expect(Object.keys(parameters).toSorted()).toEqual(Object.keys(nested.init([6], random()).parameters).toSorted())
    expect(numbers(flat.apply(own, x, nn.evaluation).output)).toEqual(
      numbers(nested.apply({ parameters, buffers: {} }, x, nn.evaluation).output),
    )
  })

  it('says at which level sizes do not meet', () => {
    const level = { encode: nn.maxPool({ kernel: 2 }), decode: nn.upsample(2) }
    expect(() =>
      nn.encoderDecoder([level, level], nn.stack([level.encode, level.decode])).init([24, 24, 1], random()),
    ).not.toThrow()
    expect(() =>
      nn.encoderDecoder([level, level], nn.stack([level.encode, level.decode])).init([20, 24, 1], random()),
    ).toThrow('level 2 of an encoderDecoder of [5, 6, 1] and [4, 6, 1]')
  })
})

describe('uNet', () => {
  it('pools and doubles between levels of two convolutions, as in Ronneberger et al. 2015', () => {
    const net = nn.uNet({ way: 'pooled', channels: [4, 8, 16], output: 2 })
    expect(net.init([8, 12, 3], random()).shape).toEqual([8, 12, 2])
    const weights = parametersOf(net, [8, 12, 3]).filter((text) => text.includes('weight'))
    expect(weights).toEqual([
      'encode1.conv1.weight [3, 3, 3, 4]',
      'encode1.conv2.weight [3, 3, 4, 4]',
      'encode2.conv1.weight [3, 3, 4, 8]',
      'encode2.conv2.weight [3, 3, 8, 8]',
      'innermost.conv1.weight [3, 3, 8, 16]',
      'innermost.conv2.weight [3, 3, 16, 16]',
      'innermost.convTranspose1.weight [2, 2, 8, 16]',
      'decode2.conv1.weight [3, 3, 16, 8]',
      'decode2.conv2.weight [3, 3, 8, 8]',
      'decode2.convTranspose1.weight [2, 2, 4, 8]',
      'decode1.conv1.weight [3, 3, 8, 4]',
      'decode1.conv2.weight [3, 3, 4, 4]',
      'decode1.pointwise1.weight [4, 2]',
    ])
  })

  it('strides within levels, as in Isola et al. 2017', () => {
    const net = nn.uNet({ channels: [4, 8, 16], output: 2, norm: nn.batchNorm })
    expect(net.init([8, 16, 3], random()).shape).toEqual([8, 16, 2])
    const variables = parametersOf(net, [8, 16, 3])
    expect(variables.filter((text) => text.includes('weight'))).toEqual([
      'encode1.conv1.weight [4, 4, 3, 4]',
      'encode2.conv1.weight [4, 4, 4, 8]',
      'innermost.conv1.weight [4, 4, 8, 16]',
      'innermost.convTranspose1.weight [4, 4, 8, 16]',
      'decode2.convTranspose1.weight [4, 4, 4, 16]',
      'decode1.convTranspose1.weight [4, 4, 2, 8]',
    ])
    // Not behind the first, the innermost and the last convolution.
    expect(variables.filter((text) => text.includes('scale'))).toEqual([
      'encode2.batchNorm1.scale [8]',
      'innermost.batchNorm1.scale [8]',
      'decode2.batchNorm1.scale [4]',
    ])
  })

  it('has chosen layers innermost and at the ends of its levels', () => {
    const levels: number[] = []
    const after = (level: number) => {
      levels.push(level)
      return nn.dropout(0.5)
    }
    const innermost = nn.tap('smallest')
    for (const way of ['pooled', 'strided'] as const) {
      const net = nn.uNet({ way, channels: [2, 3, 4], output: 1, innermost, after })
      expect(used(net, waves([2, 16, 8, 1]), training()).features?.smallest.shape).toEqual(
        way === 'pooled' ? [2, 4, 2, 4] : [2, 2, 1, 4],
      )
      expect(new Set(levels.splice(0))).toEqual(new Set([2, 3]))
    }
  })

  it('has no way but through its levels: cut at a skip, the outer pixels still arrive', () => {
    const net = nn.uNet({ channels: [2, 2], output: 1, initializer: nn.normal(0.5) })
    const { parameters, buffers } = net.init([8, 8, 1], random())
    const cut = Object.fromEntries(
      Object.entries(parameters).map(([name, tensor]) => [
        name,
        name.startsWith('innermost') ? nn.zeros(tensor.shape, { in: 1, out: 1 }, random()) : tensor,
      ]),
    )
    const outputs = [0, 1].map((seed) =>
      numbers(
        net.apply(
          { parameters: cut, buffers },
          literal(
            Array.from({ length: 64 }, (_, i) => Math.sin(seed + i)),
            [1, 8, 8, 1],
          ),
          nn.evaluation,
        ).output,
      ),
    )
    expect(outputs[0]).not.toEqual(outputs[1])
  })

  it.each<[string, () => unknown, string]>([
    [
      'sides that do not divide',
      () => nn.uNet({ channels: [2, 3, 4], output: 1 }).init([16, 12, 3], random()),
      'uNet of [16, 12, 3]: halves images 3 times; give sides that are multiples of 8',
    ],
    [
      'sides that do not divide',
      () => nn.uNet({ way: 'pooled', channels: [2, 3, 4], output: 1 }).init([16, 10, 3], random()),
      'halves images 2 times; give sides that are multiples of 4',
    ],
    ['vectors', () => nn.uNet({ channels: [2, 3], output: 1 }).init([16], random()), 'takes images'],
    ['one level', () => nn.uNet({ channels: [2], output: 1 }), 'A uNet needs the channels of two levels at least.'],
  ])('says in one sentence what is wrong: %s', (_what, mistake, sentence) => {
    expect(mistake).toThrow(UserError)
    expect(mistake).toThrow(sentence)
  })
})

describe('tap', () => {
  it('shows outputs from within, and changes neither them nor the names of variables', () => {
    const layers = (tapped: boolean) => {
      const show = (name: string, layer: Layer) => (tapped ? nn.tap(name, layer) : layer)
      const inner = nn.stack([show('hidden', nn.dense(3)), nn.tanh()])
      return nn.stack([nn.residual(inner), show('end', nn.dense(2)), ...(tapped ? [nn.tap('again')] : [])])
    }
    const x = waves([2, 3])
    const [plain, tapped] = [layers(false), layers(true)]
    const variables = plain.init([3], random())
    expect(Object.keys(tapped.init([3], random()).parameters)).toEqual(Object.keys(variables.parameters))
    const shown = tapped.apply(variables, x, nn.evaluation)
    expect(numbers(shown.output)).toEqual(numbers(plain.apply(variables, x, nn.evaluation).output))
    expect(Object.keys(shown.features ?? {})).toEqual(['hidden', 'end', 'again'])
    expect(shown.features?.end).toBe(shown.output)
    const { 'residual1.branch.dense1.weight': weight, 'residual1.branch.dense1.bias': bias } = variables.parameters
    const hidden = nn.dense(3).apply({ parameters: { weight, bias }, buffers: {} }, x, nn.evaluation)
    expect(shown.features && numbers(shown.features.hidden)).toEqual(numbers(hidden.output))
  })

  it('refuses a name twice', () => {
    const sentence = 'Two layers show a feature called a; give each tap a name of its own.'
    const twice = [
      nn.stack([nn.tap('a'), nn.tap('a')]),
      nn.tap('a', nn.stack([nn.tap('a'), nn.tanh()])),
      nn.heads([nn.tap('a'), nn.tap('a')]),
    ]
    for (const layer of twice) expect(() => used(layer, waves([2, 3]))).toThrow(sentence)
  })
})

describe('heads', () => {
  it('are all outputs of one input, the first among them the output', () => {
    const layer = nn.stack([nn.dense(3), nn.heads([nn.dense(1), nn.dense(4), nn.heads([nn.tanh(), nn.relu()])])])
    const x = waves([2, 5])
    const { output, heads } = used(layer, x)
    expect(heads?.map(({ shape }) => shape)).toEqual([
      [2, 1],
      [2, 4],
      [2, 3],
      [2, 3],
    ])
    expect(heads?.[0]).toBe(output)
    expect(layer.init([5], random()).shape).toEqual([1])
  })

  it('judge an image at several scales', () => {
    const patches = () => nn.conv2d(1, { kernel: 3, padding: 1 })
    const multiScale = nn.heads([
      patches(),
      nn.stack([nn.downsample(2), patches()]),
      nn.stack([nn.downsample(4), patches()]),
    ])
    const { heads } = used(multiScale, waves([2, 8, 8, 3]))
    expect(heads?.map(({ shape }) => shape)).toEqual([
      [2, 8, 8, 1],
      [2, 4, 4, 1],
      [2, 2, 2, 1],
    ])
  })

  it('of one layer are its output alone', () => {
    expect(used(nn.heads([nn.tanh()]), waves([2, 3])).heads).toBeUndefined()
    expect(() => nn.heads([])).toThrow(UserError)
  })
})
