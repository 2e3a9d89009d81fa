import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { calibration } from '../../src/metrics/calibration.ts'
import type { Rows } from '../../src/metrics/statistics/rows.ts'

const golden = JSON.parse(
  readFileSync(new URL('../fixtures/sklearn-calibration.json', import.meta.url), 'utf8'),
) as Readonly<Record<'ece15' | 'ece7' | 'brier' | 'logLoss' | 'accuracy', number>> &
  Readonly<Record<'probabilities' | 'labels', readonly number[]>>

const rowsOf = (values: readonly number[], size: number): Rows => ({
  values: Float32Array.from(values),
  count: values.length / size,
  size,
})

describe('calibration', () => {
  it('gives the values of scikit-learn', () => {
    const probabilities = rowsOf(golden.probabilities, 4)
    const found = calibration(probabilities, golden.labels)
    expect(found.accuracy).toBeCloseTo(golden.accuracy, 12)
    expect(found.expectedCalibrationError).toBeCloseTo(golden.ece15, 7)
    expect(calibration(probabilities, golden.labels, 7).expectedCalibrationError).toBeCloseTo(golden.ece7, 7)
    expect(found.brier).toBeCloseTo(golden.brier, 6)
    expect(found.negativeLogLikelihood).toBeCloseTo(golden.logLoss, 5)
  })

  it('finds no fault in a classifier that is as often right as it is sure', () => {
    // Four rows at 3/4, three of them right.
    const found = calibration(rowsOf([0.75, 0.25, 0.75, 0.25, 0.25, 0.75, 0.75, 0.25], 2), [0, 0, 1, 1])
    expect(found.expectedCalibrationError).toBe(0)
    expect(found.bins.filter(({ count }) => count > 0)).toEqual([{ count: 4, confidence: 0.75, accuracy: 0.75 }])
  })

  it('is worst where sure and wrong, and stays finite', () => {
    const found = calibration(rowsOf([1, 0], 2), [1])
    expect(found).toMatchObject({ accuracy: 0, expectedCalibrationError: 1, brier: 2 })
    expect(found.negativeLogLikelihood).toBeCloseTo(23 * Math.LN2)
  })

  it('wants a label for each row', () => {
    expect(() => calibration(rowsOf([1, 0], 2), [])).toThrow('1 rows of probabilities come with 0 labels')
  })
})
