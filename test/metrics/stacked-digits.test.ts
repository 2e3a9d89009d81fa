import { describe, expect, it } from 'vitest'
import type { Classifier } from '../../src/metrics/networks/feature-extractor.ts'
import { stackedLabels, stackedModes } from '../../src/metrics/stacked-digits.ts'

/** Reads the digit off the first pixel: 0.7 is a 7. */
const reader: Classifier = {
  name: 'reader',
  size: 0,
  classes: 10,
  features: () => Promise.reject(new Error('nobody asks for them')),
  probabilities: async ({ values, count, shape }) => ({
    values: Float32Array.from({ length: 10 * count }, (_, at) =>
      Number(Math.round(10 * values[Math.floor(at / 10) * shape[0] * shape[1]]) === at % 10),
    ),
    count,
    size: 10,
  }),
}

describe('stacked digits', () => {
  it('are named by the digits of red, green and blue', async () => {
    const colors = [4, 0, 7, 9, 9, 9, 0, 0, 0, 1, 2, 3]
    // Two pixels each, the second one without meaning.
    const values = Float32Array.from({ length: 24 }, (_, at) =>
      at % 6 < 3 ? colors[3 * Math.floor(at / 6) + (at % 6)] / 10 : 0.5,
    )
    expect([...(await stackedLabels(reader, { values, count: 4, shape: [2, 1, 3] }))]).toEqual([407, 999, 0, 123])
  })

  it('have three colors', async () => {
    const grey = { values: new Float32Array(4), count: 1, shape: [2, 2, 1] } as const
    await expect(stackedLabels(reader, grey)).rejects.toThrow('three colors, and these pictures 1')
  })

  it('are counted by their combinations, beside all of them being equally frequent', () => {
    const even = stackedModes(Uint16Array.from({ length: 3000 }, (_, index) => index % 1000))
    expect(even).toMatchObject({ modes: 1000, covered: 1000 })
    expect(even.divergence).toBeCloseTo(0, 12)
    // Half of the modes, each twice as often as it should be; then a single one.
    const half = stackedModes(Uint16Array.from({ length: 3000 }, (_, index) => index % 500))
    expect(half.covered).toBe(500)
    expect(half.divergence).toBeCloseTo(Math.log(2), 12)
    expect(stackedModes(new Uint16Array(10).fill(407))).toMatchObject({ covered: 1, divergence: Math.log(1000) })
  })
})
