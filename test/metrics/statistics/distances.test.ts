import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { walkDistances } from '../../../src/metrics/statistics/distances.ts'
import { nearestNeighbors } from '../../../src/metrics/statistics/neighbors.ts'
import { pointsOf } from '../../../src/metrics/statistics/centered-points.ts'
import type { Rows } from '../../../src/metrics/statistics/rows.ts'
import { createDevice } from '../../../src/runtime/device.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { inlineEngine } from '../../../src/wasm/engine.ts'
import { expected, features, generated, real } from '../formula.ts'

const device = createDevice(inlineEngine())
const unreduced = { name: 'test', inputs: () => [], results: (closeness: Tensor) => [closeness] }

/** All squared distances, block by block. */
async function squaresBetween(from: Rows, to: Rows): Promise<Float64Array> {
  const [a, b] = pointsOf([from, to])
  const squares = new Float64Array(from.count * to.count).fill(NaN)
  await walkDistances(device, [a, b], unreduced, ([closeness], { row, rows, column, columns, side }) => {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        squares[(row + i) * to.count + column + j] = -closeness[i * side.columns + j]
      }
    }
  })
  return squares
}

function squaresByLoops(from: Rows, to: Rows): Float64Array {
  return Float64Array.from({ length: from.count * to.count }, (_, at) => {
    const [i, j] = [Math.floor(at / to.count), at % to.count]
    let sum = 0
    for (let k = 0; k < from.size; k++) sum += (from.values[i * from.size + k] - to.values[j * to.size + k]) ** 2
    return sum
  })
}

const farthest = (actual: Float64Array, wanted: Float64Array): number =>
  actual.reduce((most, value, at) => Math.max(most, Math.abs(value - wanted[at])), 0)

describe('distances as products', () => {
  it('are those of plain loops, for any counts and sizes', async () => {
    const numbers = fc.record({
      counts: fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 })),
      size: fc.integer({ min: 1, max: 9 }),
      seed: fc.integer({ min: 0, max: 1000 }),
    })
    await fc.assert(
      fc.asyncProperty(numbers, async ({ counts: [m, n], size, seed }) => {
        const [a, b] = [features(m, size, seed), features(n, size, seed + 1)]
        expect(farthest(await squaresBetween(a, b), squaresByLoops(a, b))).toBeLessThan(1e-5)
      }),
      { numRuns: 30 },
    )
  })

  it('cover sets of several blocks, the last of them not full', async () => {
    const [a, b] = [features(1203, 3, 1), features(2100, 3, 2)]
    expect(farthest(await squaresBetween(a, b), squaresByLoops(a, b))).toBeLessThan(1e-5)
  })

  it('keep their digits far from the origin', async () => {
    const away = ({ values, ...rest }: Rows): Rows => ({ values: values.map((x) => x + 1000), ...rest })
    const [a, b] = [away(features(50, 8, 1)), away(features(60, 8, 2))]
    expect(farthest(await squaresBetween(a, b), squaresByLoops(a, b))).toBeLessThan(1e-5)
  })

  it('take turns when asked for at the same time', async () => {
    const pairs = [1, 2, 3].map((seed) => [features(40, 5, seed), features(30, 5, seed + 9)] as const)
    const together = await Promise.all(pairs.map(([a, b]) => squaresBetween(a, b)))
    together.forEach((squares, i) => expect(farthest(squares, squaresByLoops(...pairs[i]))).toBeLessThan(1e-5))
  })

  it('are refused where rows differ in size, are none, or hold no numbers', async () => {
    await expect(squaresBetween(features(3, 4, 1), features(3, 5, 1))).rejects.toThrow(UserError)
    await expect(squaresBetween(features(3, 4, 1), features(0, 4, 1))).rejects.toThrow('at least one sample')
    const broken = { values: Float32Array.of(1, NaN), count: 1, size: 2 }
    await expect(squaresBetween(broken, broken)).rejects.toThrow('broken down')
  })
})

describe('nearest neighbors', () => {
  it('are those that scikit-learn finds', async () => {
    const [a, b] = pointsOf([generated, real])
    const { indices, closeness } = await nearestNeighbors(device, a, b, 3)
    expect([...indices]).toEqual(expected.neighborIndices)
    closeness.forEach((value, i) => expect(-value).toBeCloseTo(expected.neighborSquares[i], 5))
  })

  it('of a set in itself leave each point out', async () => {
    const [points] = pointsOf([real])
    const { indices } = await nearestNeighbors(device, points, points, 2)
    expect([...indices]).toEqual(expected.ownNeighborIndices)
  })

  it('are found beyond the first block', async () => {
    const [a, b] = pointsOf([features(5, 3, 1), features(2100, 3, 2)])
    const { indices } = await nearestNeighbors(device, a, b, 1)
    const squares = squaresByLoops(a, b)
    const nearest = Array.from({ length: 5 }, (_, i) => {
      const row = squares.subarray(i * b.count, (i + 1) * b.count)
      return row.indexOf(Math.min(...row))
    })
    expect([...indices]).toEqual(nearest)
    expect(Math.max(...nearest)).toBeGreaterThan(1000)
  })

  it('are refused where there are too few', async () => {
    const [points] = pointsOf([features(3, 4, 1)])
    await expect(nearestNeighbors(device, points, points, 3)).rejects.toThrow('3 nearest neighbors among 2 other rows')
  })
})
