import { describe, expect, it } from 'vitest'
import { examplesAt, readExamples } from '../../../src/gan/examples/example-reader.ts'
import { randomness } from '../../../src/nn/layer.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { classField, imageField, numberField, wordsField } from '../../../src/tensor/fields.ts'
import type { DataRange } from '../../../src/tensor/fields.ts'
import { constant, input, iota, literal } from '../../../src/tensor/operations/index.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import type { Variables } from '../../../src/tensor/tree.ts'

/** The samples (their own numbers) of `steps` minibatches, with the epoch each was drawn in. */
function read(total: number, batch: number, steps: number) {
  const images = input('images', [total, 1])
  const seed = input('seed', [2], 'i32')
  const place = { epoch: input('epoch', [], 'i32'), position: input('position', [], 'i32') }
  const columns = { fields: { number: imageField([], 'unit') }, tensors: { number: images } }
  const reader = readExamples(columns, seed, place, batch)
  const { number } = reader.next()
  const after = reader.cursor()
  const numbers = Float64Array.from({ length: total }, (_, index) => index)
  let [epoch, position] = [0, 0]
  return Array.from({ length: steps }, () => {
    const feeds = new Map<Tensor, ArrayLike<number>>([
      [images, numbers],
      [seed, [5, 6]],
      [place.epoch, [epoch]],
      [place.position, [position]],
    ])
    const [samples, nextEpoch, nextPosition] = interpret([number, after.epoch, after.position], feeds)
    const minibatch = { epoch, samples: [...samples] }
    epoch = nextEpoch[0]
    position = nextPosition[0]
    return minibatch
  })
}

const samplesOf = (minibatches: ReturnType<typeof read>, epoch: number): number[] =>
  minibatches.filter((minibatch) => minibatch.epoch === epoch).flatMap(({ samples }) => samples)

describe('minibatches', () => {
  it('show every sample once an epoch', () => {
    const minibatches = read(12, 4, 9)
    for (const epoch of [0, 1, 2]) {
      expect(samplesOf(minibatches, epoch).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 12 }, (_, index) => index),
      )
    }
  })

  it('come in another order in each epoch', () => {
    const minibatches = read(12, 4, 6)
    expect(samplesOf(minibatches, 0)).not.toEqual(samplesOf(minibatches, 1))
  })

  it('never repeat a sample within an epoch, and drop those that fill no batch', () => {
    const minibatches = read(14, 4, 9)
    for (const epoch of [0, 1, 2]) {
      expect(samplesOf(minibatches, epoch)).toHaveLength(12)
      expect(new Set(samplesOf(minibatches, epoch)).size).toBe(12)
    }
  })

  it('may be as large as the data, and not larger', () => {
    expect(read(5, 5, 2).map(({ epoch }) => epoch)).toEqual([0, 1])
    expect(() => read(5, 6, 1)).toThrow(UserError)
    expect(() => read(5, 6, 1)).toThrow(/batch of 6.*5 training samples/)
  })
})

describe('the range of the data', () => {
  it.each<[DataRange, number[]]>([
    ['signed', [-1, -0.6, 1]],
    ['unit', [0, 0.2, 1]],
  ])('%s', (range, expected) => {
    const images = input('images', [3, 1], 'u8')
    const columns = { fields: { image: imageField([1], range) }, tensors: { image: images } }
    const [values] = interpret([examplesAt(columns, iota(3)).image], new Map([[images, [0, 51, 255]]]))
    expect([...values]).toEqual(expected)
  })

  it('leaves f32 samples alone, in the shape that is asked for', () => {
    const images = input('images', [2, 2, 3])
    const columns = { fields: { image: imageField([6], 'unit') }, tensors: { image: images } }
    const { image: samples } = examplesAt(columns, iota(2))
    expect(samples.shape).toEqual([2, 6])
    const numbers = Array.from({ length: 12 }, (_, index) => index * 100)
    expect([...interpret([samples], new Map([[images, numbers]]))[0]]).toEqual(numbers)
  })
})

describe('examples of several fields', () => {
  const total = 9
  const fields = {
    number: numberField([]),
    twice: numberField([2]),
    words: wordsField(3, 100),
    label: classField(total),
  }
  const inputs = {
    number: input('number', [total]),
    twice: input('twice', [total, 2]),
    words: input('words', [total, 3], 'i32'),
    label: input('label', [total], 'i32'),
  }
  const numbers = Array.from({ length: total }, (_, at) => at)
  const feeds = new Map<Tensor, number[]>([
    [inputs.number, numbers],
    [inputs.twice, numbers.flatMap((at) => [2 * at, at + 0.5])],
    [inputs.words, numbers.flatMap((at) => [at, at + 10, at + 20])],
    [inputs.label, numbers.toReversed()],
  ])
  const seed = literal([5, 6], [2], 'i32')
  const zero = constant(0, 'i32')
  const reader = () => readExamples({ fields, tensors: inputs }, seed, { epoch: zero, position: zero }, 4)

  /** The rows of a minibatch, whose fields are those of one example each. */
  function rowsIn(minibatch: Variables): number[] {
    expect(Object.entries(minibatch).map(([name, { shape, dtype }]) => [name, shape, dtype])).toEqual([
      ['number', [4], 'f32'],
      ['twice', [4, 2], 'f32'],
      ['words', [4, 3], 'i32'],
      ['label', [4], 'i32'],
    ])
    const [rows, twice, words, label] = interpret(Object.values(minibatch), feeds)
    rows.forEach((row, at) => {
      expect([...twice.subarray(2 * at, 2 * at + 2)]).toEqual([2 * row, row + 0.5])
      expect([...words.subarray(3 * at, 3 * at + 3)]).toEqual([row, row + 10, row + 20])
      expect(label[at]).toBe(total - 1 - row)
    })
    return [...rows]
  }

  it('come together, in one order', () => {
    const examples = reader()
    const [first, second] = [rowsIn(examples.next()), rowsIn(examples.next())]
    expect(new Set([...first, ...second]).size).toBe(8)
  })

  it('are drawn together, independently of that order', () => {
    const random = randomness({ seed, step: zero }, 1)
    const examples = reader()
    const drawn = Array.from({ length: 30 }, () => rowsIn(examples.draw(random)))
    expect(new Set(drawn.flat()).size).toBe(total)
    expect(new Set(drawn.map((rows) => rows.join())).size).toBeGreaterThan(25)
    // Nothing was read of the epoch meanwhile.
    expect(rowsIn(examples.next())).toEqual(rowsIn(reader().next()))
  })

  it('are passed over where a step reads fewer minibatches than its game says, and no more may be read', () => {
    const [whole, passed] = [reader(), reader()]
    whole.next()
    whole.next()
    passed.next()
    passed.skipTo(2)
    const placeOf = ({ cursor }: typeof whole) => interpret(Object.values(cursor()), feeds).map(([value]) => value)
    expect(placeOf(passed)).toEqual(placeOf(whole))
    expect(placeOf(whole)).toEqual([1, 0])
    expect(() => whole.skipTo(1)).toThrow('a step reads 2 minibatches, but its game says 1')
  })
})
