import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { permute, randomBits, randomNormal, randomUniform, threefry, uniformOf } from '../../src/tensor/threefry.ts'
import type { Seed, Words } from '../../src/tensor/threefry.ts'

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const seeds = fc.tuple(word, word)
const mean = (values: ArrayLike<number>, of = (value: number) => value): number =>
  Array.from(values, of).reduce((sum, value) => sum + value, 0) / values.length

describe('threefry', () => {
  it('gives the known answers of Random123 (tests/kat_vectors, threefry4x32 20)', () => {
    const ones: Words = [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]
    expect(threefry([0, 0, 0, 0], [0, 0, 0, 0])).toEqual([0x9c6ca96a, 0xe17eae66, 0xfc10ecd4, 0x5256a7d8])
    expect(threefry(ones, ones)).toEqual([0x2a881696, 0x57012287, 0xf6c7446e, 0xa16a6732])
    const key: Words = [0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89]
    const counter: Words = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344]
    expect(threefry(key, counter)).toEqual([0x59cd1dbb, 0xb8879579, 0x86b5d00c, 0xac8b6d84])
  })

  it('takes words as signed or unsigned numbers alike', () => {
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word, word, word), (key, counter) => {
        const signed = (words: Words): Words => [words[0] | 0, words[1] | 0, words[2] | 0, words[3] | 0]
        expect(threefry(signed(key), signed(counter))).toEqual(threefry(key, counter))
      }),
    )
  })
})

describe('randomBits', () => {
  it('places word w of block 4 g + l at index 16 g + 4 w + l', () => {
    const bits = randomBits([7, 8], 9, 10, 48)
    for (const [group, wordIndex, lane] of [
      [0, 0, 0],
      [0, 3, 2],
      [1, 1, 3],
      [2, 2, 1],
    ] as const) {
      const words = threefry([7, 8, 9, 0x466f7267], [4 * group + lane, 10, 0, 0])
      expect(bits[16 * group + 4 * wordIndex + lane]).toBe(words[wordIndex])
    }
  })

  it('depends on seed, stream, step and index only, not on the count', () => {
    fc.assert(
      fc.property(seeds, word, word, fc.nat(200), (seed, stream, step, count) => {
        const bits = randomBits(seed, stream, step, count)
        expect(bits).toEqual(randomBits(seed, stream, step, 208).subarray(0, count))
        if (count === 0) return
        for (const other of [
          randomBits([seed[0] ^ 1, seed[1]], stream, step, count),
          randomBits([seed[0], seed[1] ^ 1], stream, step, count),
          randomBits(seed, stream ^ 1, step, count),
          randomBits(seed, stream, step ^ 1, count),
        ]) {
          expect(other).not.toEqual(bits)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('has uniform bytes, by chi square, and balanced bits', () => {
    const count = 1 << 17
    const bits = randomBits([1, 2], 3, 4, count)
    const bytes = new Uint8Array(bits.buffer, 0, 4 * count)
    const seen = new Float64Array(256)
    for (const byte of bytes) seen[byte]++
    const expected = bytes.length / 256
    const chiSquare = seen.reduce((sum, times) => sum + (times - expected) ** 2 / expected, 0)
    // 255 degrees of freedom: mean 255, standard deviation 22.6.
    expect(Math.abs(chiSquare - 255)).toBeLessThan(5 * 22.6)
    for (let bit = 0; bit < 32; bit++) {
      const ones = mean(bits, (value) => (value >>> bit) & 1)
      expect(Math.abs(ones - 0.5)).toBeLessThan((5 * 0.5) / Math.sqrt(count))
    }
  })
})

describe('randomUniform', () => {
  it('is exact in float32, in [0, 1), and uniform', () => {
    expect(uniformOf(0xffffffff)).toBe(1 - 2 ** -24)
    expect(uniformOf(0xff)).toBe(0)
    const values = randomUniform([5, 6], 0, 1, 100_000)
    expect([...values]).toEqual([...Float32Array.from(values)])
    expect(Math.max(...values.subarray(0, 50_000))).toBeLessThan(1)
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / values.length))
    expect(Math.abs(mean(values, (value) => value ** 2) - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / values.length))
  })
})

describe('randomNormal', () => {
  it('has the moments and the tails of the standard normal distribution', () => {
    const values = randomNormal([9, 9], 1, 2, 200_000)
    const deviation = (variance: number): number => 5 * Math.sqrt(variance / values.length)
    // The variance of x^k is E x^2k - (E x^k)^2, with E x^2k = 1, 3, 15, 105, ...
    expect(Math.abs(mean(values))).toBeLessThan(deviation(1))
    expect(Math.abs(mean(values, (x) => x ** 2) - 1)).toBeLessThan(deviation(2))
    expect(Math.abs(mean(values, (x) => x ** 3))).toBeLessThan(deviation(15))
    expect(Math.abs(mean(values, (x) => x ** 4) - 3)).toBeLessThan(deviation(96))
    for (const [threshold, above] of [
      [1, 0.158655],
      [2, 0.02275],
      [3, 0.00135],
    ] as const) {
      expect(Math.abs(mean(values, (x) => Number(x > threshold)) - above)).toBeLessThan(deviation(above))
    }
  })

  it('does not tie the two numbers of a pair together', () => {
    const values = randomNormal([1, 1], 1, 1, 1 << 16)
    const products = values.filter((_, i) => (i >> 2) % 2 === 0).map((x, i) => x * values[8 * (i >> 2) + (i % 4) + 4])
    expect(Math.abs(mean(products))).toBeLessThan(5 / Math.sqrt(products.length))
  })
})

describe('permute', () => {
  const order = (seed: Seed, stream: number, epoch: number, total: number): number[] =>
    Array.from({ length: total }, (_, position) => permute(seed, stream, epoch, total, position))

  it('is a bijection for every total', () => {
    fc.assert(
      fc.property(seeds, word, word, fc.integer({ min: 1, max: 700 }), (seed, stream, epoch, total) => {
        expect(order(seed, stream, epoch, total).toSorted((a, b) => a - b)).toEqual([...Array(total).keys()])
      }),
    )
  })

  it('stays inside the range for totals up to 2^31', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 2 ** 31 }), fc.nat(), (seed, total, anywhere) => {
        const value = permute(seed, 0, 0, total, anywhere % total)
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThan(total)
      }),
    )
  })

  it('shuffles: positions and values are not correlated, few stay in place, neighbors part', () => {
    const total = 5000
    const values = order([3, 4], 5, 6, total)
    const center = (total - 1) / 2
    const correlation = mean(values.map((value, i) => (value - center) * (i - center))) / ((total ** 2 - 1) / 12)
    expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(total))
    expect(values.filter((value, i) => value === i).length).toBeLessThan(10) // Poisson distributed with mean 1
    const steps = values.slice(1).filter((value, i) => Math.abs(value - values[i]) === 1)
    expect(steps.length).toBeLessThan(15) // Poisson distributed with mean 2
  })

  it('puts every value at every position equally often over the epochs', () => {
    const total = 10
    const epochs = 4000
    const seen = new Float64Array(total * total)
    for (let epoch = 0; epoch < epochs; epoch++) {
      order([1, 2], 3, epoch, total).forEach((value, position) => seen[total * position + value]++)
    }
    const expected = epochs / total
    const chiSquare = seen.reduce((sum, times) => sum + (times - expected) ** 2 / expected, 0)
    const freedom = (total - 1) ** 2
    expect(chiSquare).toBeLessThan(freedom + 5 * Math.sqrt(2 * freedom))
  })

  it('gives different epochs, streams and seeds different orders', () => {
    const orders = [
      order([1, 2], 3, 4, 100),
      order([1, 2], 3, 5, 100),
      order([1, 2], 4, 4, 100),
      order([1, 3], 3, 4, 100),
    ]
    expect(new Set(orders.map((values) => values.join())).size).toBe(4)
  })

  it('refuses positions outside the order', () => {
    expect(() => permute([0, 0], 0, 0, 5, 5)).toThrow('A shuffled order of 5 has no position 5: expected 0 to 4.')
    expect(() => permute([0, 0], 0, 0, 0, 0)).toThrow('no position 0')
  })
})
