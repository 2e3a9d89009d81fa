import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import type { Layer, Mode } from '../../src/nn/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import * as composite from '../../src/tensor/composite/index.ts'
import { gradients } from '../../src/tensor/grad.ts'
import { constant, input, literal, mul, sum } from '../../src/tensor/operations/index.ts'
import type { Shape, Tensor } from '../../src/tensor/tensor.ts'

interface Numbers {
  readonly shape: Shape
  readonly values: readonly number[]
}

/** A layer's use as bench/peers/fixture-layers.py writes it down. */
interface Case {
  readonly input: Numbers
  readonly parameters: Readonly<Record<string, Numbers>>
  readonly output: Numbers
  readonly direction: readonly number[]
  readonly gradients: Readonly<Record<string, readonly number[]>>
}

interface Vectors {
  readonly u: readonly number[]
  readonly v: readonly number[]
}

interface SpectralCase {
  readonly shape: Shape
  readonly uses: readonly {
    readonly training: boolean
    readonly weight: readonly number[]
    readonly before: Vectors
    readonly normalized: readonly number[]
    readonly direction: readonly number[]
    readonly gradient: readonly number[]
    readonly after: Vectors
  }[]
}

interface EmbeddingCase {
  readonly labels: readonly number[]
  readonly weight: readonly number[]
  readonly output: readonly number[]
  readonly direction: readonly number[]
  readonly gradient: readonly number[]
}

interface Fixture {
  readonly cases: Readonly<Record<string, Case>> & {
    readonly embedding: EmbeddingCase
    readonly spectralNorm: SpectralCase
    readonly spectralNormOfKernel: SpectralCase
  }
}

const fixtureUrl = new URL('../fixtures/torch-layers.json', import.meta.url)
const { cases }: Fixture = JSON.parse(readFileSync(fixtureUrl, 'utf8'))

const border = { top: 3, bottom: 0, left: 1, right: 2 }
const overlapping = { kernel: 3, stride: 2, padding: 1 }

/** Every layer with the name of its case; parameters of children are named after the child alone in the file. */
const layers: Record<string, Layer> = {
  upsampleNearest2: nn.upsample(2),
  upsampleNearest3: nn.upsample(3),
  upsampleBilinear2: nn.upsample(2, 'bilinear'),
  upsampleBilinear3: nn.upsample(3, 'bilinear'),
  upsampleBilinear4: nn.upsample(4, 'bilinear'),
  pixelShuffle: nn.pixelShuffle(2),
  pixelUnshuffle: nn.pixelUnshuffle(2),
  averagePoolTiles: nn.averagePool({ kernel: 2 }),
  averagePoolOverlapping: nn.averagePool(overlapping),
  maxPoolTiles: nn.maxPool({ kernel: 2 }),
  maxPoolOverlapping: nn.maxPool(overlapping),
  maxPoolOfTies: nn.maxPool({ kernel: 3, stride: 1 }),
  maxPoolFarApart: nn.maxPool({ kernel: 2, stride: 3 }),
  globalAveragePool: nn.globalAveragePool(),
  globalMaxPool: nn.globalMaxPool(),
  zeroPad: nn.zeroPad(border),
  reflectPad: nn.reflectPad(border),
  replicatePad: nn.replicatePad(border),
  layerNormOfVectors: nn.layerNorm(),
  layerNormOfFeatures: nn.layerNorm({ over: 'features' }),
  layerNormOfSamples: nn.layerNorm({ affine: false }),
  groupNorm: nn.groupNorm(2),
  instanceNorm: nn.instanceNorm(),
  instanceNormAffine: nn.instanceNorm({ affine: true }),
  pixelNorm: nn.pixelNorm(),
  selfAttention: nn.selfAttention({ keySize: 2, pool: 2 }),
  minibatchStandardDeviation: nn.minibatchStandardDeviation(),
  conv: nn.conv2d(3, { kernel: 3 }),
  convStrided: nn.conv2d(3, { kernel: 4, stride: 2, padding: 1 }),
  convInGroups: nn.conv2d(4, { kernel: 3, padding: [1, 2], dilation: [1, 2], groups: 2 }),
  convSame: nn.conv2d(2, { kernel: [3, 4], padding: 'same' }),
  convTranspose: nn.convTranspose2d(3, { kernel: 4, stride: 2, padding: 1 }),
  convTransposeInGroups: nn.convTranspose2d(4, {
    kernel: 3,
    stride: [2, 3],
    padding: 1,
    outputPadding: [1, 2],
    groups: 2,
  }),
}

const random = () => nn.randomness({ seed: literal([1, 2], [2], 'i32'), step: constant(0, 'i32') }, 0)
const training = (): Mode => nn.learning(random())
const table = ({ values, shape }: Numbers) => literal(values, shape)

function expectNear(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  expect(actual.length, what).toBe(expected.length)
  expected.forEach((value, at) => {
    const error = Math.abs(actual[at] - value) / Math.max(1, Math.abs(value))
    if (!(error <= 1e-9)) expect.fail(`${what}[${at}] is ${actual[at]}, not ${value}`)
  })
}

const numbers = (...tensors: Tensor[]): Float64Array[] => interpret(tensors, new Map())

describe('a layer and its derivatives are those of PyTorch', () => {
  it.each(Object.entries(layers))('%s', (name, layer) => {
    const { input: given, parameters: values, output: expected, direction, gradients: slopes } = cases[name]
    const x = table(given)
    const first = layer.init(given.shape.slice(1), random())
    const entries = Object.entries(first.parameters).map(([key, { shape }]) => {
      const value = values[key.replace('.weight', '')]
      expect(value.shape, key).toEqual(shape)
      return [key, table(value)] as const
    })
    const { output } = layer.apply({ parameters: Object.fromEntries(entries), buffers: {} }, x, training())
    expect(output.shape).toEqual(expected.shape)
    expect(output.shape.slice(1)).toEqual(first.shape)
    const loss = sum(mul(output, literal(direction, output.shape)))
    const wrt = [['input', x] as const, ...entries]
    const computed = numbers(
      output,
      ...gradients(
        loss,
        wrt.map(([, tensor]) => tensor),
      ),
    )
    expectNear(computed[0], expected.values, 'output')
    wrt.forEach(([key], i) => expectNear(computed[i + 1], slopes[key.replace('.weight', '')], `gradient of ${key}`))
  })

  it('embedding', () => {
    const { labels, weight: values, output, direction, gradient } = cases.embedding
    const weight = literal(values, [3, 5])
    const layer = nn.embedding(3, 5)
    expect(layer.init([], random()).parameters.weight.shape).toEqual([3, 5])
    const indices = literal(labels, [labels.length], 'i32')
    const embedded = layer.apply({ parameters: { weight }, buffers: {} }, indices, nn.evaluation).output
    const [slope] = gradients(sum(mul(embedded, literal(direction, [4, 5]))), [weight])
    const computed = numbers(embedded, slope)
    expectNear(computed[0], output, 'output')
    expectNear(computed[1], gradient, 'gradient')
  })

  it.each(['spectralNorm', 'spectralNormOfKernel'] as const)('%s', (name) => {
    const { shape, uses } = cases[name]
    for (const { training: learning, weight: values, before, normalized, direction, gradient, after } of uses) {
      const weight = literal(values, shape)
      // A layer that gives its weight, as what is normalized is seen best so.
      const bare: Layer = { ...nn.pixelNorm(), apply: ({ parameters }) => ({ output: parameters.weight, buffers: {} }) }
      const buffers = { u: literal(before.u), v: literal(before.v) }
      const mode = learning ? training() : nn.evaluation
      const used = nn.spectralNorm(bare).apply({ parameters: { weight }, buffers }, input('x', [1]), mode)
      const [slope] = gradients(sum(mul(used.output, literal(direction, shape))), [weight])
      const computed = numbers(used.output, slope, used.buffers.u, used.buffers.v)
      ;[normalized, gradient, after.u, after.v].forEach((expected, i) =>
        expectNear(computed[i], expected, `result ${i}`),
      )
    }
  })

  it('global sums are the means times the pixels', () => {
    const x = literal(cases.globalAveragePool.input.values, cases.globalAveragePool.input.shape)
    const [sums] = numbers(composite.globalSumPool(x))
    expectNear(
      sums,
      cases.globalAveragePool.output.values.map((value) => value * 12),
      'sums',
    )
  })
})
