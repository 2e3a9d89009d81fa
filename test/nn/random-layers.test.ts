import { fromBinary } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import type { Layer } from '../../src/nn/index.ts'
import { exportOnnx } from '../../src/onnx/export.ts'
import { ModelProtoSchema } from '../../src/onnx/generated/onnx_pb.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { gradients } from '../../src/tensor/grad.ts'
import { constant, input, literal, mul, sum } from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { expectClose, runOnnx, spread } from '../onnx/onnx-runtime.ts'
import { random } from './catalogue.ts'

const numbers = (tensor: Tensor): number[] => [...interpret([tensor], new Map())[0]]
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
const deviation = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))
const zeros = (...shape: number[]) =>
  literal(
    Array.from({ length: shape.reduce((a, b) => a * b) }, () => 0),
    shape,
  )
const drawnAt = (step: number) => nn.randomness({ seed: literal([1, 2], [2], 'i32'), step: constant(step, 'i32') }, 0)

const drawing: [string, Layer][] = [
  ['noise', nn.noise({ deviation: 1 })],
  ['gumbelSoftmax', nn.gumbelSoftmax()],
]

describe.each(drawing)('%s', (_name, layer) => {
  const output = (mode: nn.Mode) => numbers(layer.apply(nn.noVariables, zeros(2, 3), mode).output)

  it('draws in training and in use, the same for the same step, and others at every step and use', () => {
    expect(output(nn.inUse({}, drawnAt(0)))).toEqual(output(nn.learning(drawnAt(0))))
    expect(output(nn.inUse({}, drawnAt(1)))).not.toEqual(output(nn.inUse({}, drawnAt(0))))
    const mode = nn.inUse({}, drawnAt(0))
    expect(output(mode)).not.toEqual(output(mode))
  })

  it('says that it needs random numbers in use', () => {
    expect(() => output(nn.evaluation)).toThrow(UserError)
    expect(() => output(nn.evaluation)).toThrow('This network draws random numbers in use')
  })
})

describe('noise', () => {
  it('has its deviation, and is another for every element', () => {
    const values = numbers(
      nn.noise({ deviation: 0.3 }).apply(nn.noVariables, zeros(2, 20, 25, 4), nn.inUse({}, random())).output,
    )
    expect(mean(values)).toBeCloseTo(0, 1)
    expect(deviation(values)).toBeCloseTo(0.3, 2)
    expect(new Set(values).size).toBeGreaterThan(0.99 * values.length)
  })

  it('is learned as one image, weighed by channel, and begins as none', () => {
    const layer = nn.noise({ deviation: 'learned' })
    const first = layer.init([5, 6, 2], random())
    const x = literal(spread([2, 5, 6, 2], 1), [2, 5, 6, 2])
    expect(numbers(layer.apply(first, x, nn.inUse({}, random())).output)).toEqual(numbers(x))
    const weight = literal([1, -3])
    const values = numbers(
      layer.apply({ parameters: { weight }, buffers: {} }, zeros(2, 5, 6, 2), nn.inUse({}, random())).output,
    )
    for (let pixel = 0; pixel < 60; pixel++) expect(values[2 * pixel + 1]).toBe(-3 * values[2 * pixel])
    expect(new Set(values).size).toBe(120)
  })

  it('refuses deviations that are none', () => {
    expect(() => nn.noise({ deviation: -1 })).toThrow(
      "Noise cannot have a deviation of -1; give a number from 0 on, or 'learned'.",
    )
    expect(() => nn.noise({ deviation: 'learned' }).init([], random())).toThrow(UserError)
  })
})

describe('gumbelSoftmax', () => {
  const logits = [0.5, -1, 2]
  const rows = 4000
  const many = literal(Array.from({ length: rows }, () => logits).flat(), [rows, 3])
  const drawFrom = (layer: Layer) => {
    const values = numbers(layer.apply(nn.noVariables, many, nn.inUse({}, random())).output)
    return Array.from({ length: rows }, (_, row) => values.slice(3 * row, 3 * row + 3))
  }

  it.each([0.1, 1, 5])(
    'chooses each class with the probability that its logit says, at a temperature of %d',
    (temperature) => {
      const total = logits.reduce((all, logit) => all + Math.exp(logit), 0)
      const chosen = drawFrom(nn.gumbelSoftmax({ temperature })).map((row) => row.indexOf(Math.max(...row)))
      logits.forEach((logit, i) => {
        const expected = Math.exp(logit) / total
        const share = chosen.filter((index) => index === i).length / rows
        // Four deviations.
        expect(Math.abs(share - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / rows))
      })
    },
  )

  it('is nearer to a choice of one the colder it is', () => {
    const largest = [0.1, 1, 5].map((temperature) =>
      mean(drawFrom(nn.gumbelSoftmax({ temperature })).map((row) => Math.max(...row))),
    )
    expect(largest[0]).toBeGreaterThan(0.95)
    expect(largest[1]).toBeGreaterThan(largest[2])
    expect(largest[2]).toBeLessThan(0.6)
    for (const row of drawFrom(nn.gumbelSoftmax())) expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
  })

  it('is exactly one choice where it is hard, with the gradient of the soft one', () => {
    const x = literal(spread([5, 3], 4), [5, 3])
    const use = (hard: boolean) =>
      nn.gumbelSoftmax({ temperature: 0.5, hard }).apply(nn.noVariables, x, nn.inUse({}, random())).output
    const [soft, hard] = [use(false), use(true)]
    const softRows = numbers(soft)
    numbers(hard).forEach((value, i) => {
      const row = softRows.slice(3 * Math.floor(i / 3), 3 * Math.floor(i / 3) + 3)
      expect(value).toBe(softRows[i] === Math.max(...row) ? 1 : 0)
    })
    const direction = literal(spread([5, 3], 8), [5, 3])
    const [ofSoft, ofHard] = [soft, hard].map((output) => numbers(gradients(sum(mul(output, direction)), [x])[0]))
    expect(ofHard).toEqual(ofSoft)
    expect(ofSoft.some((value) => Math.abs(value) > 1e-3)).toBe(true)
  })

  it('refuses temperatures that are none', () => {
    expect(() => nn.gumbelSoftmax({ temperature: 0 })).toThrow('gumbelSoftmax cannot have a temperature of 0')
  })
})

describe('a network that draws in use, as a model', () => {
  const layer = nn.stack([nn.dense(3), nn.noise({ deviation: 0.5 }), nn.gumbelSoftmax()])
  const weights = new Map<Tensor, Float32Array>()
  const parameters = Object.fromEntries(
    Object.entries(layer.init([2], random()).parameters).map(([name, { shape }], i) => {
      const weight = input(name, shape)
      weights.set(weight, Float32Array.from(spread(shape, i)))
      return [name, weight]
    }),
  )
  const trace = (batch: number) => {
    const x = input('x', [batch, 2])
    const { output } = layer.apply({ parameters, buffers: {} }, x, nn.inUse({}, random()))
    return { inputs: [{ name: 'x', tensor: x }], outputs: [{ name: 'y', tensor: output }], weights }
  }

  it('is refused, unless its random numbers become inputs', () => {
    expect(() => exportOnnx(trace, { graphName: 'test' })).toThrow(UserError)
    expect(() => exportOnnx(trace, { graphName: 'test' })).toThrow('as { randomInputs: true } does')
  })

  it('takes them in the order in which they are drawn, and says from where', async () => {
    const model = exportOnnx(trace, { graphName: 'test', randomInputs: true, metadata: { made: 'here' } })
    const { graph, metadataProps } = fromBinary(ModelProtoSchema, model)
    expect(graph?.input.map(({ name }) => name)).toEqual(['x', 'noise1', 'noise2'])
    expect(metadataProps.map(({ key, value }) => [key, value])).toEqual([
      ['made', 'here'],
      ['noise1', 'standard normal'],
      ['noise2', 'uniform in [0, 1)'],
    ])
    const [batch, shape] = [2, [2, 3]]
    const fed = { x: spread([batch, 2], 5), noise1: spread(shape, 6), noise2: spread(shape, 7, 0, 1) }
    const feeds = Object.entries(fed).map(([name, values]) => [
      name,
      { dtype: 'f32' as const, shape: name === 'x' ? [batch, 2] : shape, values },
    ])
    const [{ y }] = await runOnnx(model, [Object.fromEntries(feeds)])
    const [w, b] = [...weights.values()]
    const expected = [0, 1].flatMap((row) => {
      const scores = [0, 1, 2].map((unit) => {
        const dense = fed.x[2 * row] * w[unit] + fed.x[2 * row + 1] * w[3 + unit] + b[unit]
        return Math.exp(dense + 0.5 * fed.noise1[3 * row + unit] - Math.log(-Math.log(fed.noise2[3 * row + unit])))
      })
      return scores.map((score) => score / scores.reduce((a, c) => a + c))
    })
    expectClose(y.values, expected, 1e-5)
  })
})
