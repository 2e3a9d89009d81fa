import { describe, expect, it } from 'vitest'
import { classShares, likeliestClasses } from '../../../src/metrics/statistics/class-shares.ts'

const rows = (probabilities: readonly (readonly number[])[]) => ({
  values: Float32Array.from(probabilities.flat()),
  count: probabilities.length,
  size: probabilities[0].length,
})

describe('the classes of samples', () => {
  it('are the likeliest ones, the first of equal ones', () => {
    const labels = likeliestClasses(
      rows([
        [0.1, 0.7, 0.2],
        [0.5, 0.2, 0.3],
        [0, 0.5, 0.5],
        [0, 0.25, 0.75],
      ]),
    )
    expect([...labels]).toEqual([1, 0, 1, 2])
  })

  it('have shares, and a confidence that is the mean of the largest probabilities', () => {
    const { shares, confidence } = classShares(
      rows([
        [0.125, 0.75, 0.125],
        [0.5, 0.25, 0.25],
        [0, 1, 0],
        [0, 0.25, 0.75],
      ]),
    )
    expect(shares).toEqual([0.25, 0.5, 0.25])
    expect(confidence).toBe(0.75)
  })

  it('count as present from a quarter of a fair share on', () => {
    // Of two classes, a fair share is a half, and a quarter of that one in eight.
    const sample = (label: number) => [1 - label, label]
    const withOnes = (ones: number, of: number) =>
      classShares(rows(Array.from({ length: of }, (_, i) => sample(Number(i < ones)))))
    expect(withOnes(1, 8).present).toBe(2)
    expect(withOnes(1, 9).present).toBe(1)
    expect(withOnes(0, 8).present).toBe(1)
  })
})
