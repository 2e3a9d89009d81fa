import { describe, expect, it } from 'vitest'
import { downscaled, hole, normalNoise } from '../../../src/gan/priors/corruptions.ts'
import type { Corruption } from '../../../src/gan/priors/corruptions.ts'
import { randomness } from '../../../src/nn/layer.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { constant, input, literal } from '../../../src/tensor/operations/index.ts'
import { sizeOf } from '../../../src/tensor/shape.ts'
import type { Shape } from '../../../src/tensor/tensor.ts'

const randomAt = (seed: number, step = 0) =>
  randomness({ seed: literal([seed, 1], [2], 'i32'), step: constant(step, 'i32') }, 0)

/** What becomes of samples, each a list of numbers. */
function corrupted(
  corruption: Corruption,
  shape: Shape,
  samples: readonly (readonly number[])[],
  random = randomAt(1),
): number[][] {
  const x = input('x', [samples.length, ...shape])
  const result = corruption.apply(x, random)
  expect(result.shape).toEqual([samples.length, ...corruption.shape(shape)])
  const [values] = interpret([result], new Map([[x, samples.flat()]]))
  const size = sizeOf(result.shape) / samples.length
  return samples.map((_, at) => [...values.subarray(at * size, (at + 1) * size)])
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('noise', () => {
  it('is normal, of its deviation, on its own for every number', () => {
    const samples = Array.from({ length: 500 }, (_, at) => [at, -at])
    const added = corrupted(normalNoise(0.3), [2], samples).map(([x, y], at) => [x - at, y + at])
    for (const axis of [0, 1]) {
      expect(mean(added.map((pair) => pair[axis]))).toBeCloseTo(0, 1)
      expect(Math.abs(mean(added.map((pair) => pair[axis] ** 2)) - 0.09)).toBeLessThan(0.02)
      // Three quarters of a normal distribution are within 1.15 deviations.
      expect(mean(added.map((pair) => Number(Math.abs(pair[axis]) < 1.15 * 0.3)))).toBeCloseTo(0.75, 1)
    }
    expect(mean(added.map(([x, y]) => x * y))).toBeCloseTo(0, 1)
  })

  it('differs from step to step and from use to use, and is the same for the same seed and step', () => {
    const one = (random = randomAt(1)) => corrupted(normalNoise(1), [2], [[0, 0]], random)
    expect(one()).toEqual(one())
    expect(one(randomAt(1, 1))).not.toEqual(one())
    const random = randomAt(1)
    expect(one(random)).not.toEqual(one(random))
  })
})

describe('a hole', () => {
  const [height, width, channels] = [8, 4, 2]
  const shape = [height, width, channels]
  /** All numbers are others, and none is 0. */
  const image = Array.from({ length: sizeOf(shape) }, (_, at) => at + 1)

  it('is a rectangle of zeros of its share of both sides, anywhere within the image, and leaves the rest alone', () => {
    const places = new Set<string>()
    for (const changed of corrupted(
      hole(0.5),
      shape,
      Array.from({ length: 600 }, () => image),
    )) {
      const hidden = changed.flatMap((value, at) => (value === 0 ? [Math.floor(at / channels)] : []))
      const [top, left] = [
        Math.min(...hidden.map((pixel) => Math.floor(pixel / width))),
        Math.min(...hidden.map((pixel) => pixel % width)),
      ]
      const expected = image.map((value, at) => {
        const [y, x] = [Math.floor(at / channels / width), Math.floor(at / channels) % width]
        return y >= top && y < top + 4 && x >= left && x < left + 2 ? 0 : value
      })
      expect(changed).toEqual(expected)
      places.add(`${top} ${left}`)
    }
    expect(places.size).toBe((height - 4 + 1) * (width - 2 + 1))
  })

  it('is at least a pixel, and at most all of the image', () => {
    const zeros = (share: number) => corrupted(hole(share), shape, [image])[0].filter((value) => value === 0).length
    expect(zeros(0.01)).toBe(channels)
    expect(zeros(1)).toBe(sizeOf(shape))
  })

  it('takes images only', () => {
    expect(() => hole().shape([4])).toThrow(UserError)
    expect(() => hole().shape([4])).toThrow('The corruption hole takes images [height, width, channels], not [4].')
  })
})

describe('an image scaled down', () => {
  it('is as large as it says, and stays even where it was', () => {
    expect(downscaled(4).shape([16, 8, 3])).toEqual([4, 2, 3])
    for (const value of corrupted(downscaled(2), [6, 8, 1], [Array<number>(48).fill(0.7)])[0]) {
      expect(value).toBeCloseTo(0.7, 12)
    }
  })

  it('has the numbers of imresize: of single bright pixels, the products of its weights along both sides', () => {
    // Keys's cubic at distances of 0.25, 0.75, 1.25 and 1.75, halved: all of them are multiples of 2^-8.
    const [a, b, c, d] = [0.43359375, 0.11328125, -0.03515625, -0.01171875]
    /** What the outputs have of input 3, and of input 0, which is seen in the mirror as well. */
    const along: Readonly<Record<number, readonly number[]>> = { 3: [c, a, b, d], 0: [a + b, c + d, 0, 0] }
    // Inputs -3 ... 4 count for output 0, -1 ... 6 for output 1; 3 is mirrored nowhere, 0 at -1.
    const bright = (y: number, x: number) => Array.from({ length: 64 }, (_, at) => Number(at === 8 * y + x))
    for (const [y, x] of [
      [3, 3],
      [0, 3],
      [3, 0],
    ]) {
      const [found] = corrupted(downscaled(2), [8, 8, 1], [bright(y, x)])
      const expected = along[y].flatMap((share) => along[x].map((other) => share * other))
      found.forEach((value, at) => expect(value, `${y} ${x} ${at}`).toBeCloseTo(expected[at], 12))
    }
  })

  it('keeps channels apart', () => {
    const pixels = Array.from({ length: 16 }, (_, at) => Math.sin(at))
    const [both] = corrupted(downscaled(2), [4, 4, 2], [pixels.flatMap((value) => [value, 2 - value])])
    const [alone] = corrupted(downscaled(2), [4, 4, 1], [pixels])
    alone.forEach((value, at) => {
      expect(both[2 * at]).toBeCloseTo(value, 12)
      expect(both[2 * at + 1]).toBeCloseTo(2 - value, 12)
    })
  })

  it('takes images whose sides can be divided', () => {
    expect(() => downscaled(3).shape([9, 8, 1])).toThrow(UserError)
    expect(() => downscaled(3).shape([9, 8, 1])).toThrow('Images of 9 x 8 cannot be divided by 3; crop or resize them.')
    expect(() => downscaled(2).shape([8])).toThrow('The corruption downscaled takes images')
  })
})
