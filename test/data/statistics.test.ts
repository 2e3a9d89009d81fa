import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classCounts, pixelStatistics, pointStatistics } from '../../src/data/statistics.ts'

const pictures = fc.constantFrom(1, 3).chain((channels) =>
  fc.record({
    shape: fc.constant([1, 1, channels] as const),
    images: fc
      .array(fc.uint8Array({ minLength: channels, maxLength: channels }), { minLength: 1, maxLength: 30 })
      .map((pixels) => Uint8Array.from(pixels.flatMap((pixel) => [...pixel]))),
  }),
)

describe('pixelStatistics', () => {
  it('has the mean and deviation of the definition, channel by channel', () => {
    fc.assert(
      fc.property(pictures, ({ shape, images }) => {
        const { lowest, highest, mean, deviation } = pixelStatistics({ shape, images })
        expect([lowest, highest]).toEqual([Math.min(...images), Math.max(...images)])
        expect(mean.length).toBe(shape[2])
        for (let channel = 0; channel < shape[2]; channel++) {
          const values = [...images].filter((_, at) => at % shape[2] === channel)
          const average = (numbers: number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length
          expect(mean[channel]).toBeCloseTo(average(values), 9)
          const squares = values.map((value) => (value - average(values)) ** 2)
          expect(deviation[channel]).toBeCloseTo(Math.sqrt(average(squares)), 9)
        }
      }),
    )
  })
})

describe('classCounts', () => {
  it('counts what occurs, and what has a name though it does not occur', () => {
    const labels = Uint8Array.of(3, 0, 3, 3)
    expect(classCounts({ labels, classes: null })).toEqual([
      { label: 0, name: null, count: 1 },
      { label: 3, name: null, count: 3 },
    ])
    expect(classCounts({ labels: Uint8Array.of(1), classes: ['a', 'b'] })).toEqual([
      { label: 0, name: 'a', count: 0 },
      { label: 1, name: 'b', count: 1 },
    ])
    expect(classCounts({ labels: null, classes: null })).toBeNull()
  })
})

describe('pointStatistics', () => {
  it('tells of each coordinate apart', () => {
    const points = Float32Array.of(1, -10, 2, -20, 3, -60)
    const { lowest, highest, mean, deviation } = pointStatistics({ points, shape: [2] })
    expect({ lowest, highest, mean }).toEqual({ lowest: [1, -60], highest: [3, -10], mean: [2, -30] })
    expect(deviation[0]).toBeCloseTo(Math.sqrt(2 / 3), 12)
    expect(deviation[1]).toBeCloseTo(Math.sqrt((20 ** 2 + 10 ** 2 + 30 ** 2) / 3), 12)
  })
})
