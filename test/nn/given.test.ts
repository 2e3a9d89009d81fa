import { describe, expect, it } from 'vitest'
import { dense, embedding, evaluation, given, inUse, reshape, stack, withGiven } from '../../src/nn/index.ts'
import type { Layer } from '../../src/nn/index.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { classField, imageField, numberField, wordsField } from '../../src/tensor/fields.ts'
import type { Fields } from '../../src/tensor/fields.ts'
import { literal } from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import type { Variables } from '../../src/tensor/tree.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { random } from './catalogue.ts'

const numbers = (tensor: Tensor): number[] => [...interpret([tensor], new Map())[0]]

/** The output of a layer with its first variables: [shape, numbers]. */
function use(layer: Layer, fields: Fields, x: Tensor, values: Variables): [shape: readonly number[], number[]] {
  const first = layer.init(x.shape.slice(1), random(), fields)
  const { output, buffers } = layer.apply(first, x, inUse(values))
  expect(output.shape.slice(1)).toEqual(first.shape)
  expect(Object.keys(buffers)).toEqual(Object.keys(first.buffers))
  return [output.shape, numbers(output)]
}

describe('given', () => {
  const x = literal([9, 9], [2, 1])

  it('is the field of that name, whatever x is', () => {
    const side = literal([1, 2, 3, 4], [2, 2])
    expect(use(given('side'), { side: numberField([2]) }, x, { side })).toEqual([
      [2, 2],
      [1, 2, 3, 4],
    ])
  })

  it('gives words as whole numbers, which an embedding reads', () => {
    const words = literal([2, 0, 1, 1], [2, 2], 'i32')
    const layer = stack([given('words'), embedding(3, 1, () => literal([10, 20, 30], [3, 1]))])
    expect(use(layer, { words: wordsField(2, 3) }, x, { words })).toEqual([
      [2, 2, 1],
      [30, 10, 20, 20],
    ])
  })

  it('says which fields there are instead', () => {
    expect(() => given('words').init([1], random(), { class: classField(2), source: numberField([2]) })).toThrow(
      'The layer given reads the field words, but the batch is given class, source; add the field, or name one that is there.',
    )
    expect(() => given('words').init([1], random())).toThrow('but the batch is given nothing')
    expect(() => given('words').apply({ parameters: {}, buffers: {} }, x, evaluation)).toThrow(UserError)
    // A name that every object has is no field.
    expect(() => given('toString').init([1], random(), {})).toThrow(UserError)
  })
})

describe('withGiven', () => {
  it('appends images on their channels', () => {
    const x = literal([1, 2, 3, 4], [2, 1, 2, 1])
    const source = literal([5, 6, 7, 8], [2, 1, 2, 1])
    expect(use(withGiven('source'), { source: imageField([1, 2, 1], 'unit') }, x, { source })).toEqual([
      [2, 1, 2, 2],
      [1, 5, 2, 6, 3, 7, 4, 8],
    ])
  })

  it('appends a vector to images as constant planes', () => {
    const x = literal([1, 2, 3, 4], [2, 1, 2, 1])
    const side = literal([5, 6], [2, 1])
    expect(use(withGiven('side'), { side: numberField([1]) }, x, { side })).toEqual([
      [2, 1, 2, 2],
      [1, 5, 2, 5, 3, 6, 4, 6],
    ])
  })

  it('appends a single number as one feature', () => {
    const side = literal([5, 6])
    expect(use(withGiven('side'), { side: numberField([]) }, literal([1, 2], [2, 1]), { side })).toEqual([
      [2, 2],
      [1, 5, 2, 6],
    ])
  })

  it('appends a class as a one-hot code of as many features as the field has classes', () => {
    const labels = literal([2, 0], [2], 'i32')
    expect(use(withGiven('class'), { class: classField(3) }, literal([7, 8], [2, 1]), { class: labels })).toEqual([
      [2, 4],
      [7, 0, 0, 1, 8, 1, 0, 0],
    ])
  })

  it('still knows the classes when a moving average has rounded what it keeps', () => {
    const layer = withGiven('class')
    const { parameters } = layer.init([1], random(), { class: classField(3) })
    const buffers = { values: literal([1e-7, 0.9999999, 2.0000002]) }
    const labels = literal([1, 2], [2], 'i32')
    const { output } = layer.apply({ parameters, buffers }, literal([7, 8], [2, 1]), inUse({ class: labels }))
    expect(numbers(output)).toEqual([7, 0, 1, 0, 8, 0, 0, 1])
  })

  it('appends each word of a sequence to its own place', () => {
    const words = literal([1, 0], [1, 2], 'i32')
    expect(use(withGiven('words'), { words: wordsField(2, 2) }, literal([7, 8], [1, 2, 1]), { words })).toEqual([
      [1, 2, 3],
      [7, 0, 1, 8, 1, 0],
    ])
  })

  it('adds what a layer makes of the field', () => {
    const table = () => literal([10, 20, 30, 40], [2, 2])
    const layer = withGiven('class', { through: embedding(2, 2, table), join: 'sum' })
    expect(Object.keys(layer.init([2], random(), { class: classField(2) }).parameters)).toEqual(['through.weight'])
    const labels = literal([1, 0], [2], 'i32')
    expect(use(layer, { class: classField(2) }, literal([1, 2, 3, 4], [2, 2]), { class: labels })).toEqual([
      [2, 2],
      [31, 42, 13, 24],
    ])
  })

  it.each<[string, Layer, Fields, string]>([
    [
      'no such field',
      withGiven('source'),
      {},
      'The layer withGiven reads the field source, but the batch is given nothing',
    ],
    [
      'another size',
      withGiven('source'),
      { source: imageField([8, 8, 3], 'unit') },
      'withGiven (source) of [4, 4, 2] and [8, 8, 3] in withGiven1: all axes but the last must be equal (a vector fits everywhere); resize, pad or crop one of them',
    ],
    [
      'another number of features in a sum',
      withGiven('side', { join: 'sum' }),
      { side: numberField([3]) },
      'a sum needs the same number of features; join them with concat',
    ],
  ])('says in one sentence what does not fit: %s', (_what, layer, fields, sentence) => {
    const mistake = () => stack([layer]).init([4, 4, 2], random(), fields)
    expect(mistake).toThrow(UserError)
    expect(mistake).toThrow(sentence)
  })

  it('refuses whole numbers in place of numbers', () => {
    const through = withGiven('words', { through: stack([]) })
    const words = literal([1, 0], [1, 2], 'i32')
    const x = literal([7, 8], [1, 2, 1])
    expect(() => use(through, { words: wordsField(2, 2) }, literal([1, 2], [1, 2]), { words })).toThrow(
      'whole numbers cannot be joined; put an embedding behind them',
    )
    const first = withGiven('words').init([2, 1], random(), { words: numberField([2, 1]) })
    expect(() => withGiven('words').apply(first, x, inUse({ words }))).toThrow(
      'The layer withGiven was made for numbers, but the field words is whole numbers [1, 2].',
    )
  })

  it('reaches layers at any depth', () => {
    const layer = stack([dense(2), stack([reshape([1, 2]), withGiven('side')])])
    expect(layer.init([3], random(), { side: numberField([4]) }).shape).toEqual([1, 6])
  })
})
