import { describe, expect, it } from 'vitest'
import {
  batchNorm,
  concatenation,
  conditionalBatchNorm,
  dense,
  inUse,
  learning,
  projection,
  randomness,
  spectralNorm,
  stack,
} from '../../src/nn/index.ts'
import type { Layer, LayerVariables } from '../../src/nn/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { classField } from '../../src/tensor/fields.ts'
import { constant, input, literal } from '../../src/tensor/operations/index.ts'
import { sizeOf } from '../../src/tensor/shape.ts'
import type { Shape, Tensor } from '../../src/tensor/tensor.ts'

const classes = 3
const random = () => randomness({ seed: literal([1, 2], [2], 'i32'), step: constant(0, 'i32') }, 0)
const fields = { class: classField(classes) }
const labelsOf = (...values: number[]): Tensor => literal(values, [values.length], 'i32')
const waves = (shape: Shape) =>
  literal(
    Array.from({ length: sizeOf(shape) }, (_, index) => Math.sin(index * index)),
    shape,
  )
const numbersOf = (...tensors: Tensor[]) => interpret(tensors, new Map()).map((values) => [...values])

const use = (layer: Layer, variables: LayerVariables, x: Tensor, labels: Tensor, training = false) =>
  layer.apply(variables, x, training ? learning(random(), { class: labels }) : inUse({ class: labels }))

describe('concatenation', () => {
  const layer = concatenation(classes)

  it('appends the class to vectors', () => {
    expect(layer.init([2], random(), fields).shape).toEqual([5])
    const { output } = use(layer, layer.init([2], random(), fields), literal([1, 2, 3, 4], [2, 2]), labelsOf(2, 0))
    expect(output.shape).toEqual([2, 5])
    expect(numbersOf(output)).toEqual([[1, 2, 0, 0, 1, 3, 4, 1, 0, 0]])
  })

  it('appends it to images as planes', () => {
    expect(layer.init([2, 1, 1], random(), fields).shape).toEqual([2, 1, 4])
    const { output } = use(
      layer,
      layer.init([2, 1, 1], random(), fields),
      literal([1, 2, 3, 4], [2, 2, 1, 1]),
      labelsOf(1, 0),
    )
    expect(output.shape).toEqual([2, 2, 1, 4])
    expect(numbersOf(output)).toEqual([[1, 0, 1, 0, 2, 0, 1, 0, 3, 1, 0, 0, 4, 1, 0, 0]])
  })
})

describe('projection', () => {
  it('adds the inner product of the features with what is learned of the class', () => {
    const layer = projection(classes)
    const { parameters, shape } = layer.init([4], random(), fields)
    expect(shape).toEqual([1])
    expect(Object.entries(parameters).map(([name, tensor]) => [name, tensor.shape])).toEqual([
      ['score.weight', [4, 1]],
      ['score.bias', [1]],
      ['embedding.weight', [classes, 4]],
    ])
    const x = waves([2, 4])
    const { output } = use(layer, { parameters, buffers: {} }, x, labelsOf(2, 1))
    expect(output.shape).toEqual([2, 1])
    const [weight, bias, embedding, features, found] = numbersOf(...Object.values(parameters), x, output)
    ;[2, 1].forEach((label, sample) => {
      const row = features.slice(4 * sample, 4 * sample + 4)
      const expected = row.reduce((sum, value, at) => sum + value * (weight[at] + embedding[4 * label + at]), bias[0])
      expect(found[sample]).toBeCloseTo(expected, 12)
    })
  })

  it('keeps what wraps its parts', () => {
    const layer = projection(classes, { wrap: spectralNorm })
    const variables = layer.init([4], random(), fields)
    expect(Object.keys(variables.buffers)).toEqual(['score.u', 'score.v', 'embedding.u', 'embedding.v'])
    const { output, buffers } = use(layer, variables, waves([2, 4]), labelsOf(0, 0), true)
    expect(Object.keys(buffers)).toEqual(Object.keys(variables.buffers))
    expect(output.shape).toEqual([2, 1])
  })
})

describe('conditional batch normalization', () => {
  const layer = conditionalBatchNorm(classes)
  const scale = literal([1, 2, 3, 4, 5, 6], [classes, 2])
  const shift = literal([10, 20, 30, 40, 50, 60], [classes, 2])

  it.each([true, false])(
    'is batch normalization, then the scale and shift of each class (training: %s)',
    (training) => {
      const plain = batchNorm()
      const x = waves([3, 4, 2])
      const { buffers } = plain.init([4, 2], random(), fields)
      const some = { ...buffers, runningMean: literal([0.1, 0.2]), runningVariance: literal([2, 3]) }
      const normal = use(
        plain,
        { ...plain.init([4, 2], random(), fields), buffers: some },
        x,
        labelsOf(0, 0, 0),
        training,
      )
      const own = use(layer, { parameters: { scale, shift }, buffers: some }, x, labelsOf(2, 0, 1), training)
      const [expected, found] = numbersOf(normal.output, own.output)
      found.forEach((value, index) => {
        const [label, feature] = [[2, 0, 1][Math.floor(index / 8)], index % 2]
        expect(value).toBeCloseTo(expected[index] * (2 * label + feature + 1) + 10 * (2 * label + feature + 1), 10)
      })
      expect(numbersOf(...Object.values(own.buffers))).toEqual(numbersOf(...Object.values(normal.buffers)))
    },
  )

  it('begins as plain batch normalization', () => {
    const x = waves([5, 2])
    const [plain, conditional] = [batchNorm(), layer].map(
      (some) => use(some, some.init([2], random(), fields), x, labelsOf(0, 1, 2, 1, 0), true).output,
    )
    const [expected, found] = numbersOf(plain, conditional)
    found.forEach((value, index) => expect(value).toBeCloseTo(expected[index], 12))
  })
})

describe.each<[string, Layer]>([
  ['concatenation', concatenation(classes)],
  ['projection', projection(classes)],
  ['conditionalBatchNorm', conditionalBatchNorm(classes)],
])('%s', (name, layer) => {
  const variables = layer.init([4], random(), fields)
  const x = input('x', [2, 4])

  it('gets the labels through a stack', () => {
    const inner = stack([dense(4), layer])
    const { output } = use(inner, inner.init([3], random(), fields), waves([2, 3]), labelsOf(1, 2))
    const [one] = numbersOf(output)
    const [other] = numbersOf(use(inner, inner.init([3], random(), fields), waves([2, 3]), labelsOf(1, 1)).output)
    // conditionalBatchNorm begins with all classes alike.
    if (name !== 'conditionalBatchNorm') expect(one).not.toEqual(other)
    expect(one.slice(0, one.length / 2)).toEqual(other.slice(0, one.length / 2))
  })

  it('says what is missing without classes, and what is wrong with others', () => {
    expect(() => layer.apply(variables, x, inUse())).toThrow(UserError)
    expect(() => layer.apply(variables, x, inUse())).toThrow(
      `The layer ${name} depends on classes, but the batch was given none.`,
    )
    expect(() => layer.init([4], random())).toThrow(
      `The layer ${name} depends on classes; give the game a condition of 3 classes.`,
    )
    expect(() => layer.init([4], random(), { class: classField(4) })).toThrow(
      `The layer ${name} is made for 3 classes; the game has 4.`,
    )
  })
})
