import { describe, expect, it } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import type { AttentionOptions, LayerVariables } from '../../src/nn/index.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { numberField, wordsField } from '../../src/tensor/fields.ts'
import { literal, reshape } from '../../src/tensor/operations/index.ts'
import type { Shape, Tensor } from '../../src/tensor/tensor.ts'
import { expectClose, spread } from '../onnx/onnx-runtime.ts'
import { random } from './catalogue.ts'

const numbers = (tensor: Tensor): number[] => [...interpret([tensor], new Map())[0]]
type Matrix = number[][]

const rowsOf = (values: readonly number[], columns: number): Matrix =>
  Array.from({ length: values.length / columns }, (_, row) => values.slice(row * columns, (row + 1) * columns))
const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, v, k) => sum + v * b[k][j], 0)))
const plus = (a: Matrix, bias: readonly number[]): Matrix => a.map((row) => row.map((v, j) => v + bias[j]))
const part = (a: Matrix, head: number, size: number): Matrix =>
  a.map((row) => row.slice(head * size, (head + 1) * size))

/** Equations 1 and 4 of Vaswani et al. 2017 for one sample. */
function byHand(x: Matrix, context: Matrix, { parameters }: LayerVariables, options: AttentionOptions): Matrix {
  const { keySize, valueSize = keySize, heads = 1, causal = false } = options
  const project = (name: string, of: Matrix) => {
    const weight = parameters[`${name}.weight`]
    return plus(times(of, rowsOf(numbers(weight), weight.shape[1])), numbers(parameters[`${name}.bias`]))
  }
  const [queries, keys, values] = [project('query', x), project('key', context), project('value', context)]
  const mixed = x.map((): number[] => [])
  for (let head = 0; head < heads; head++) {
    const [q, k, v] = [part(queries, head, keySize), part(keys, head, keySize), part(values, head, valueSize)]
    q.forEach((query, i) => {
      const seen = k.slice(0, causal ? i + 1 : k.length)
      const weights = seen.map((key) =>
        Math.exp(key.reduce((sum, value, c) => sum + value * query[c], 0) / Math.sqrt(keySize)),
      )
      const total = weights.reduce((a, b) => a + b)
      for (let c = 0; c < valueSize; c++) mixed[i].push(weights.reduce((sum, w, j) => sum + (w / total) * v[j][c], 0))
    })
  }
  return project('output', mixed)
}

/** Random numbers for the variables, whose biases begin as 0. */
function some(variables: LayerVariables): LayerVariables {
  const entries = Object.entries(variables.parameters)
  const parameters = entries.map(([name, { shape }], i) => [name, literal(spread(shape, i, -1, 1), shape)] as const)
  return { parameters: Object.fromEntries(parameters), buffers: {} }
}

describe('attention', () => {
  it.each<[string, AttentionOptions]>([
    ['of one head', { keySize: 3 }],
    ['of several heads', { keySize: 2, valueSize: 3, heads: 2 }],
    ['to the past', { keySize: 2, heads: 2, causal: true }],
  ])('%s is the formula', (_name, options) => {
    const layer = nn.attention(options)
    const shape: Shape = [5, 4]
    const variables = some(layer.init(shape, random()))
    const values = spread([2, ...shape], 7)
    const { output } = layer.apply(variables, literal(values, [2, ...shape]), nn.evaluation)
    const expected = [values.slice(0, 20), values.slice(20)].flatMap((sample) => {
      const x = rowsOf(sample, 4)
      return byHand(x, x, variables, options).flat()
    })
    expect(output.shape).toEqual([2, ...shape])
    expectClose(numbers(output), expected, 1e-12)
  })

  it('to another sequence reads keys and values there', () => {
    const options = { keySize: 2, heads: 2, to: 'words' }
    const layer = nn.attention(options)
    const variables = some(layer.init([5, 4], random(), { words: numberField([3, 6]) }))
    const [values, words] = [spread([1, 5, 4], 7), spread([1, 3, 6], 8)]
    const mode = nn.inUse({ words: literal(words, [1, 3, 6]) })
    const { output } = layer.apply(variables, literal(values, [1, 5, 4]), mode)
    expectClose(numbers(output), byHand(rowsOf(values, 4), rowsOf(words, 6), variables, options).flat(), 1e-12)
  })

  it('takes the pixels of an image as a sequence', () => {
    const layer = nn.attention({ keySize: 2 })
    const variables = some(layer.init([2, 3, 4], random()))
    const image = literal(spread([2, 2, 3, 4], 7), [2, 2, 3, 4])
    const ofImage = layer.apply(variables, image, nn.evaluation).output
    expect(ofImage.shape).toEqual(image.shape)
    expect(numbers(ofImage)).toEqual(numbers(layer.apply(variables, reshape(image, [2, 6, 4]), nn.evaluation).output))
  })

  it('lets no later element through where it is causal', () => {
    const layer = nn.attention({ keySize: 2, causal: true })
    const variables = some(layer.init([4, 2], random()))
    const [one, other] = [5, 6].map((last) =>
      numbers(layer.apply(variables, literal([1, 2, 3, 4, 5, 6, last, -last], [1, 4, 2]), nn.evaluation).output),
    )
    expect(one.slice(0, 6)).toEqual(other.slice(0, 6))
    expect(one.slice(6)).not.toEqual(other.slice(6))
  })

  it('makes a transformer block of layers that exist', () => {
    const size = 8
    const normed = (layer: nn.Layer) => nn.residual(nn.stack([nn.layerNorm({ over: 'features' }), layer]))
    const block = nn.stack([
      nn.given('words'),
      nn.embedding(20, size),
      nn.positions(),
      normed(nn.attention({ keySize: 4, heads: 2, causal: true })),
      normed(nn.attention({ keySize: 4, heads: 2, to: 'image' })),
      normed(nn.stack([nn.pointwise(4 * size), nn.relu(), nn.pointwise(size)])),
      nn.pointwise(20),
    ])
    const fields = { words: wordsField(6, 20), image: numberField([4, 4, 3]) }
    expect(block.init([1], random(), fields).shape).toEqual([6, 20])
  })

  it.each<[string, () => unknown, string]>([
    [
      'a vector',
      () => nn.attention({ keySize: 2 }).init([3], random()),
      'attention of [3]: takes sequences [length, features] and images',
    ],
    [
      'words as they are',
      () => nn.attention({ keySize: 2, to: 'words' }).init([3, 2], random(), { words: wordsField(3, 9) }),
      "Attention cannot be paid to the whole numbers of the field words; give { to: stack([given('words'), embedding(count, size)]) }.",
    ],
    [
      'no such field',
      () => nn.attention({ keySize: 2, to: 'words' }).init([3, 2], random()),
      'The layer attention reads the field words',
    ],
    ['no heads', () => nn.attention({ keySize: 2, heads: 0 }), 'Attention of 0 heads'],
    ['a past elsewhere', () => nn.attention({ keySize: 2, to: 'words', causal: true }), 'cannot be causal'],
  ])('says in one sentence what is wrong: %s', (_what, mistake, sentence) => {
    expect(mistake).toThrow(UserError)
    expect(mistake).toThrow(sentence)
  })
})

describe('positions', () => {
  const added = (shape: Shape) => {
    const layer = nn.positions('sinusoidal')
    const zeros = literal(
      Array.from({ length: shape.reduce((a, b) => a * b) }, () => 0),
      [1, ...shape],
    )
    return rowsOf(
      numbers(layer.apply(layer.init(shape, random()), zeros, nn.evaluation).output),
      shape[shape.length - 1],
    )
  }

  it('are the waves of section 3.5 of Vaswani et al. 2017', () => {
    added([50, 6]).forEach((row, place) =>
      row.forEach((value, feature) => {
        const angle = place / 10_000 ** ((2 * Math.floor(feature / 2)) / 6)
        expect(value).toBeCloseTo(feature % 2 === 0 ? Math.sin(angle) : Math.cos(angle), 12)
      }),
    )
  })

  it('tell row and column of a pixel apart', () => {
    const [rows, columns] = [added([3, 4]), added([5, 4])]
    added([3, 5, 8]).forEach((pixel, index) =>
      expect(pixel).toEqual([...rows[Math.floor(index / 5)], ...columns[index % 5]]),
    )
  })

  it('are learned as one table, which begins small', () => {
    const { parameters } = nn.positions().init([20, 30], random())
    expect(parameters.table.shape).toEqual([20, 30])
    const values = numbers(parameters.table)
    expect(Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length)).toBeCloseTo(0.02, 2)
  })

  it('say what they need', () => {
    expect(() => nn.positions('sinusoidal').init([5, 3], random())).toThrow(
      'a number of features that is a multiple of 2',
    )
    expect(() => nn.positions('sinusoidal').init([5, 5, 6], random())).toThrow('a multiple of 4')
    expect(() => nn.positions().init([5], random())).toThrow(UserError)
  })
})
