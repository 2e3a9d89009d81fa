import { describe, expect, it } from 'vitest'
import { copyingTest } from '../../src/metrics/copying-test.ts'
import { mannWhitneyZ } from '../../src/metrics/statistics/mann-whitney.ts'
import type { Rows } from '../../src/metrics/statistics/rows.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { expected, features, firstRows, generated, real, uniform } from './formula.ts'

const device = createDevice(inlineEngine())
const heldOut = features(120, 16, 11)

/** The rows, each moved by up to `reach` in every direction. */
const around = ({ values, ...rest }: Rows, reach: number): Rows => {
  const noise = uniform(values.length, 99)
  return { values: values.map((x, i) => x + reach * (noise[i] - 0.5)), ...rest }
}

describe("Mann and Whitney's test", () => {
  it('gives the z of SciPy, with ties as well', () => {
    const rounded = (count: number, seed: number, factor: number) =>
      uniform(count, seed).map((x) => Math.round(x * factor))
    expect(mannWhitneyZ(rounded(40, 16, 8), rounded(50, 17, 9))).toBeCloseTo(expected.tiedZ, 9)
  })

  it('turns its sign with the samples, and is 0 where all are equal', () => {
    const [x, y] = [uniform(20, 1), uniform(30, 2)]
    expect(mannWhitneyZ(x, y)).toBeCloseTo(-mannWhitneyZ(y, x), 12)
    expect(mannWhitneyZ([1, 1], [1, 1, 1])).toBe(0)
  })
})

describe('the test for copies', () => {
  it('in one cell is the Mann-Whitney test on distances to the nearest training row', async () => {
    const test = await copyingTest(device, { training: real, heldOut, generated }, { cells: 1 })
    expect(test.statistic).toBeCloseTo(expected.copyingZ, 6)
    expect(test.cells).toEqual([{ heldOut: 120, generated: 180, z: test.statistic }])
    expect([...test.generated.indices]).toEqual(expected.neighborIndices.filter((_, i) => i % 3 === 0))
    test.generated.distances.forEach((distance, row) =>
      expect(distance ** 2).toBeCloseTo(expected.neighborSquares[3 * row], 7),
    )
  })

  it('finds nothing in rows of the same distribution', async () => {
    const test = await copyingTest(device, { training: real, heldOut, generated: features(200, 16, 40) }, { cells: 4 })
    expect(test.verdict).toBe('unsuspicious')
    expect(test.suspicious).toBeLessThan(0.05)
    expect(test.cells.length).toBeGreaterThan(1)
  })

  it('finds copies, also those with a little noise', async () => {
    const test = await copyingTest(device, { training: real, heldOut, generated: around(real, 0.1) }, { cells: 4 })
    expect(test.verdict).toBe('copies')
    expect(test.suspicious).toBeGreaterThan(0.9)
    expect([...test.generated.indices]).toEqual(Array.from({ length: 200 }, (_, i) => i))
  })

  it('tells how near an exact copy is', async () => {
    const test = await copyingTest(device, { training: real, heldOut, generated: firstRows(real, 100) }, { cells: 2 })
    expect(Math.max(...test.generated.distances)).toBe(0)
  })

  it('says so where the generated rows are far from all data', async () => {
    const test = await copyingTest(device, { training: real, heldOut, generated: around(real, 3) }, { cells: 2 })
    expect(test.verdict).toBe('distant')
  })

  it('is refused of too few rows', async () => {
    await expect(copyingTest(device, { training: real, heldOut, generated })).rejects.toThrow('20 generated rows')
  })
})
