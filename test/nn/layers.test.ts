import { describe, expect, it } from 'vitest'
import {
  batchNorm,
  dense,
  dropout,
  evaluation,
  learning,
  flatten,
  fixed,
  leakyRelu,
  maxout,
  randomness,
  relu,
  reshape,
  sigmoid,
  softplus,
  stack,
  tanh,
} from '../../src/nn/index.ts'
import type { Layer, Mode } from '../../src/nn/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { constant, literal } from '../../src/tensor/operations/index.ts'
import { sizeOf } from '../../src/tensor/shape.ts'
import type { Shape, Tensor } from '../../src/tensor/tensor.ts'

const random = () => randomness({ seed: literal([1, 2], [2], 'i32'), step: constant(0, 'i32') }, 0)
const training = (): Mode => learning(random())
const numbers = (tensor: Tensor): number[] => [...interpret([tensor], new Map())[0]]
const values = (count: number, seed = 1) => Array.from({ length: count }, (_, i) => Math.sin(seed + i * i))

/** What a layer with its first variables makes of a batch. */
function use(layer: Layer, shape: Shape, batch: number, mode = evaluation, x = values(batch * sizeOf(shape))) {
  const variables = layer.init(shape, random())
  const { output, buffers } = layer.apply(variables, literal(x, [batch, ...shape]), mode)
  expect(output.shape).toEqual([batch, ...variables.shape])
  expect(Object.keys(buffers)).toEqual(Object.keys(variables.buffers))
  return { x, variables, output: numbers(output), buffers }
}

describe('dense', () => {
  it('adds up weighted inputs and a bias', () => {
    const layer = dense(2, { initializer: fixed([1, 2, 3, 4, 5, 6]), biasInitializer: fixed([10, 20]) })
    expect(use(layer, [3], 2, evaluation, [1, 0, 0, 1, 1, 1]).output).toEqual([11, 22, 19, 32])
  })

  it('has no bias where none is wanted', () => {
    const { variables, output } = use(dense(1, { bias: false, initializer: fixed([2, 3]) }), [2], 1, evaluation, [1, 1])
    expect(Object.keys(variables.parameters)).toEqual(['weight'])
    expect(output).toEqual([5])
  })

  it('says what to do with samples that are no vectors', () => {
    expect(() => dense(2).init([4, 4], random())).toThrow(/\[4, 4\].*flatten/)
    expect(() => dense(2).init([4, 4], random())).toThrow(UserError)
  })
})

describe('activations', () => {
  it.each<[Layer, (x: number) => number]>([
    [relu(), (x) => Math.max(x, 0)],
    [leakyRelu(0.3), (x) => (x > 0 ? x : 0.3 * x)],
    [tanh(), Math.tanh],
    [sigmoid(), (x) => 1 / (1 + Math.exp(-x))],
    [softplus(), (x) => Math.log(1 + Math.exp(x))],
  ])('$name', (layer, expected) => {
    const { x, output } = use(layer, [3], 4)
    output.forEach((value, index) => expect(value).toBeCloseTo(expected(x[index]), 14))
  })
})

describe('maxout', () => {
  it('gives the largest of the pieces of every unit', () => {
    const [units, pieces, inputs, batch] = [2, 3, 4, 5]
    const weight = values(inputs * units * pieces, 2)
    const bias = values(units * pieces, 3)
    const layer = maxout(units, pieces, { initializer: fixed(weight), biasInitializer: fixed(bias) })
    const { x, output } = use(layer, [inputs], batch)
    for (let row = 0; row < batch; row++) {
      for (let unit = 0; unit < units; unit++) {
        const sums = Array.from({ length: pieces }, (_, piece) => {
          const column = piece * units + unit
          return x
            .slice(row * inputs, (row + 1) * inputs)
            .reduce((sum, v, i) => sum + v * weight[i * units * pieces + column], bias[column])
        })
        expect(output[row * units + unit]).toBeCloseTo(Math.max(...sums), 12)
      }
    }
  })
})

describe('dropout', () => {
  const ones = Array.from({ length: 4000 }, () => 1)

  it('drops the given share in training and scales what stays', () => {
    const { output } = use(dropout(0.25), [40], 100, training(), ones)
    const dropped = output.filter((value) => value === 0).length / output.length
    expect(dropped).toBeCloseTo(0.25, 1)
    for (const value of output) expect(value === 0 || Math.abs(value - 4 / 3) < 1e-12).toBe(true)
  })

  it('does nothing in use', () => {
    expect(use(dropout(0.25), [40], 100, evaluation, ones).output).toEqual(ones)
  })

  it('drops others at every use', () => {
    const mode = training()
    expect(use(dropout(0.5), [40], 100, mode, ones).output).not.toEqual(use(dropout(0.5), [40], 100, mode, ones).output)
  })

  it('refuses rates that are none', () => {
    expect(() => dropout(1)).toThrow(UserError)
    expect(() => dropout(-0.1)).toThrow(/-0.1/)
  })
})

describe('batchNorm', () => {
  const column = (x: number[], features: number, feature: number) =>
    x.filter((_, index) => index % features === feature)
  const mean = (x: number[]) => x.reduce((a, b) => a + b, 0) / x.length
  const squares = (x: number[]) => x.reduce((sum, value) => sum + (value - mean(x)) ** 2, 0)

  it.each<[string, Shape, number]>([
    ['vectors', [3], 6],
    ['pictures, over all of their pixels', [2, 2, 3], 4],
  ])('normalizes each feature of %s over the batch', (_what, shape, batch) => {
    const { x, output, buffers } = use(batchNorm(), shape, batch, training())
    for (let feature = 0; feature < 3; feature++) {
      const seen = column(x, 3, feature)
      const variance = squares(seen) / seen.length
      column(output, 3, feature).forEach((value, row) =>
        expect(value).toBeCloseTo((seen[row] - mean(seen)) / Math.sqrt(variance + 1e-5), 10),
      )
      // PyTorch: the running variance follows the unbiased one.
      expect(numbers(buffers.runningMean)[feature]).toBeCloseTo(0.1 * mean(seen), 12)
      expect(numbers(buffers.runningVariance)[feature]).toBeCloseTo(0.9 + (0.1 * squares(seen)) / (seen.length - 1), 12)
    }
  })

  it('uses the running statistics, and leaves them, when it is not learning', () => {
    const variables = {
      parameters: { scale: literal([2, 3]), shift: literal([1, -1]) },
      buffers: { runningMean: literal([1, 2]), runningVariance: literal([4, 9]) },
    }
    const { output, buffers } = batchNorm({ epsilon: 0 }).apply(variables, literal([5, 5], [1, 2]), evaluation)
    expect(numbers(output)).toEqual([5, 2])
    expect(buffers).toEqual(variables.buffers)
  })

  it('refuses to learn from a single value', () => {
    expect(() => use(batchNorm(), [3], 1, training())).toThrow(UserError)
  })

  it('alone mixes the samples of a batch', () => {
    expect(batchNorm().mixesBatch).toBe(true)
    expect(stack([dense(2), stack([batchNorm()])]).mixesBatch).toBe(true)
    expect(stack([dense(2), dropout(0.5), maxout(2, 2)]).mixesBatch).toBe(false)
  })
})

describe('reshape', () => {
  it('changes the shape of samples, not of the batch', () => {
    const layer = stack([flatten(), reshape([3, 4])])
    expect(layer.init([2, 3, 2], random()).shape).toEqual([3, 4])
    const { x, output } = use(layer, [2, 3, 2], 5)
    expect(output).toEqual(x)
  })

  it('refuses what does not fit', () => {
    expect(() => reshape([5]).init([2, 3], random())).toThrow(/\[2, 3\].*\[5\]/)
  })
})

describe('stack', () => {
  const layers = () => [dense(4), batchNorm(), relu(), dense(3), stack([dense(2)])]

  it('names variables by kind and number, whatever stands between', () => {
    const { parameters, buffers, shape } = stack(layers()).init([5], random())
    expect(Object.keys(parameters)).toEqual([
      'dense1.weight',
      'dense1.bias',
      'batchNorm1.scale',
      'batchNorm1.shift',
      'dense2.weight',
      'dense2.bias',
      'stack1.dense1.weight',
      'stack1.dense1.bias',
    ])
    expect(Object.keys(buffers)).toEqual(['batchNorm1.runningMean', 'batchNorm1.runningVariance'])
    expect(shape).toEqual([2])
  })

  it('is its layers one after the other', () => {
    const whole = stack(layers())
    const { parameters, buffers } = whole.init([5], random())
    const own = (name: string) => {
      const of = (variables: Readonly<Record<string, Tensor>>) =>
        Object.fromEntries(
          Object.entries(variables).flatMap(([key, t]) => (key.startsWith(name) ? [[key.slice(name.length), t]] : [])),
        )
      return { parameters: of(parameters), buffers: of(buffers) }
    }
    const names = ['dense1.', 'batchNorm1.', 'relu1.', 'dense2.', 'stack1.']
    let x = literal(values(30), [6, 5])
    const together = whole.apply({ parameters, buffers }, x, training())
    layers().forEach((layer, index) => {
      x = layer.apply(own(names[index]), x, training()).output
    })
    expect(numbers(together.output)).toEqual(numbers(x))
    expect(Object.keys(together.buffers)).toEqual(Object.keys(buffers))
  })

  it('starts equal layers with different numbers', () => {
    const { parameters } = stack([dense(5), dense(5)]).init([5], random())
    expect(numbers(parameters['dense1.weight'])).not.toEqual(numbers(parameters['dense2.weight']))
  })

  it('says in which of its layers a shape is wrong', () => {
    expect(() => stack([flatten(), stack([reshape([2, 2]), dense(3)])]).init([4], random())).toThrow(/stack1\/dense1/)
  })
})
