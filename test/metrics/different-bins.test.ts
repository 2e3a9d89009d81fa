import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareCounts, divideIntoBins, sharesOfBins } from '../../src/metrics/different-bins.ts'
import type { Rows } from '../../src/metrics/statistics/rows.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { features, uniform } from './formula.ts'

const device = createDevice(inlineEngine())

/** Rows around some of 10 far points, as many from each. */
function clusters(which: readonly number[], each: number, seed: number): Rows {
  const random = uniform(which.length * each * 3, seed)
  const values = Float32Array.from(random, (value, at) => {
    const cluster = which[Math.floor(at / 3) % which.length]
    return 100 + 10 * Math.sin(cluster * 7 + (at % 3)) + 0.1 * value
  })
  return { values, count: which.length * each, size: 3 }
}

const all = Array.from({ length: 10 }, (_, cluster) => cluster)

describe('bins', () => {
  it('find clusters, whichever rows they begin with, and count which are covered', async () => {
    for (const seed of [0, 1, 2]) {
      const bins = await divideIntoBins(device, clusters(all, 30, 1), { bins: 10, seed })
      expect([...bins.counts]).toEqual(all.map(() => 30))
      expect(await sharesOfBins(device, bins, clusters(all, 20, 2))).toEqual({
        bins: 10,
        covered: 10,
        different: 0,
        jensenShannon: 0,
      })
      expect(await sharesOfBins(device, bins, clusters([1, 4, 5], 100, 2))).toMatchObject({ covered: 3, different: 10 })
    }
  })

  it('have about the same shares of other rows of the same distribution', async () => {
    const bins = await divideIntoBins(device, features(1000, 4, 1))
    expect(bins.centers.count).toBe(50)
    const shares = await sharesOfBins(device, bins, features(1000, 4, 2))
    expect(shares.covered).toBeGreaterThan(47)
    expect(shares.different).toBeLessThan(8)
    const others = await sharesOfBins(device, bins, features(1000, 4, 2, 0.6))
    expect(others.different).toBeGreaterThan(15)
    expect(others.jensenShannon).toBeGreaterThan(3 * shares.jensenShannon)
  })

  it('are the same ones every time', async () => {
    const [one, again] = [
      await divideIntoBins(device, features(200, 4, 1)),
      await divideIntoBins(device, features(200, 4, 1)),
    ]
    expect(again).toEqual(one)
    expect(one.centers.count).toBe(20)
  })

  it('are refused of few rows, of more bins than rows, and for rows of another size', async () => {
    await expect(divideIntoBins(device, features(19, 4, 1))).rejects.toThrow(
      '19 real rows cannot be divided into 1 bins',
    )
    await expect(divideIntoBins(device, features(30, 4, 1), { bins: 31 })).rejects.toThrow('into 31 bins')
    const bins = await divideIntoBins(device, features(30, 4, 1))
    await expect(sharesOfBins(device, bins, features(30, 5, 1))).rejects.toThrow('Rows of 4 and of 5 numbers')
  })
})

describe('two histograms', () => {
  it('differ in a bin where the chi-square test of its table says so', () => {
    const counts = fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 300 }))
    fc.assert(
      fc.property(counts, counts, ([a, rest], [b, others]) => {
        const [real, other] = [
          [a, rest + 1],
          [b, others + 1],
        ]
        const [m, n] = [a + rest + 1, b + others + 1]
        const square = ((m + n) * (a * (others + 1) - b * (rest + 1)) ** 2) / (m * n * (a + b) * (rest + others + 2))
        // In a table of two columns, both differ or none. 3.8414588 is the 95th percentile of chi-square with one degree of freedom.
        expect(compareCounts(real, other).different).toBe(square > 3.841458820694124 ? 2 : 0)
      }),
    )
  })

  it('have a Jensen-Shannon divergence of 0 where they are alike and of ln 2 where they share nothing', () => {
    expect(compareCounts([10, 20], [1, 2])).toEqual({ bins: 2, covered: 2, different: 0, jensenShannon: 0 })
    expect(compareCounts([5, 5, 0, 0], [0, 0, 1, 7]).jensenShannon).toBeCloseTo(Math.LN2, 12)
    // By hand: p = (1/2, 1/2), q = (1/4, 3/4), m = (3/8, 5/8).
    const byHand = (Math.log(4 / 3) + Math.log(4 / 5)) / 4 + (Math.log(2 / 3) / 4 + (3 * Math.log(6 / 5)) / 4) / 2
    expect(compareCounts([2, 2], [1, 3]).jensenShannon).toBeCloseTo(byHand, 12)
  })

  it('cover a bin with a quarter of its share', () => {
    expect(compareCounts([40, 60], [9, 91]).covered).toBe(1)
    expect(compareCounts([40, 60], [10, 90]).covered).toBe(2)
  })
})
