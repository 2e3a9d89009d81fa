import { describe, expect, it } from 'vitest'
import { inceptionScore } from '../../src/metrics/inception-score.ts'
import type { Rows } from '../../src/metrics/statistics/rows.ts'
import { expected, features } from './formula.ts'

/** What follows the softmax. */
function probabilitiesOf({ values, count, size }: Rows): Rows {
  const weights = Float64Array.from(values, (x) => Math.exp(Math.fround(4 * x)))
  const total = (row: number) => weights.subarray(row * size, (row + 1) * size).reduce((a, b) => a + b)
  return { values: Float32Array.from(weights, (w, at) => w / total(Math.floor(at / size))), count, size }
}

const oneHot = (labels: readonly number[], size: number): Rows => ({
  values: Float32Array.from(labels.flatMap((label) => Array.from({ length: size }, (_, i) => Number(i === label)))),
  count: labels.length,
  size,
})

const probabilities = probabilitiesOf(features(95, 10, 10))

describe('the inception score', () => {
  it('is that of torch-fidelity', () => {
    for (const [splits, score] of [
      [1, expected.inceptionWhole],
      [10, expected.inceptionSplits],
    ] as const) {
      const { mean, deviation } = inceptionScore(probabilities, { splits, seed: null })
      expect(mean).toBeCloseTo(score.inception_score_mean, 6)
      expect(deviation).toBeCloseTo(score.inception_score_std, 6)
    }
  })

  it('is the number of classes where all are equally frequent and sure, and 1 where all are alike', () => {
    const labels = Array.from({ length: 70 }, (_, i) => i % 7)
    expect(inceptionScore(oneHot(labels, 7), { splits: 1 }).mean).toBeCloseTo(7, 6)
    expect(inceptionScore(oneHot(labels.fill(3), 7)).mean).toBeCloseTo(1, 12)
  })

  it('does not depend on classes being in turn, as it shuffles', () => {
    const inTurn = oneHot(
      Array.from({ length: 1000 }, (_, i) => Math.floor(i / 100)),
      10,
    )
    expect(inceptionScore(inTurn, { seed: null }).mean).toBeCloseTo(1, 6)
    expect(inceptionScore(inTurn).mean).toBeGreaterThan(9)
  })

  it('is refused of fewer images than splits, and of logits', () => {
    expect(() => inceptionScore(oneHot([1, 2], 3))).toThrow('2 images into 10 splits')
    expect(() => inceptionScore(features(95, 10, 10))).toThrow('softmax')
  })
})
