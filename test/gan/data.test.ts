import { describe, expect, it } from 'vitest'
import { nextMinibatch, samplesAt } from '../../src/gan/data.ts'
import type { DataRange } from '../../src/gan/data.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { input, iota } from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

/** The samples (their own numbers) of `steps` minibatches, with the epoch each was drawn in. */
function read(total: number, batch: number, steps: number) {
  const images = input('images', [total, 1])
  const seed = input('seed', [2], 'i32')
  const place = { epoch: input('epoch', [], 'i32'), position: input('position', [], 'i32') }
  const next = nextMinibatch({ images, shape: [], range: 'unit' }, seed, place, batch)
  const numbers = Float64Array.from({ length: total }, (_, index) => index)
  let [epoch, position] = [0, 0]
  return Array.from({ length: steps }, () => {
    const feeds = new Map<Tensor, ArrayLike<number>>([
      [images, numbers],
      [seed, [5, 6]],
      [place.epoch, [epoch]],
      [place.position, [position]],
    ])
    const [samples, nextEpoch, nextPosition] = interpret(
      [next.samples.values, next.place.epoch, next.place.position],
      feeds,
    )
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
    const [values] = interpret([samplesAt({ images, shape: [1], range }, iota(3))], new Map([[images, [0, 51, 255]]]))
    expect([...values]).toEqual(expected)
  })

  it('leaves f32 samples alone, in the shape that is asked for', () => {
    const images = input('images', [2, 2, 3])
    const samples = samplesAt({ images, shape: [6], range: 'unit' }, iota(2))
    expect(samples.shape).toEqual([2, 6])
    const numbers = Array.from({ length: 12 }, (_, index) => index * 100)
    expect([...interpret([samples], new Map([[images, numbers]]))[0]]).toEqual(numbers)
  })
})
