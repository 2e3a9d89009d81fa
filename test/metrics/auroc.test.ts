import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areaUnderRoc } from '../../src/metrics/auroc.ts'

const golden = JSON.parse(readFileSync(new URL('../fixtures/sklearn-calibration.json', import.meta.url), 'utf8')) as {
  readonly positives: readonly number[]
  readonly negatives: readonly number[]
  readonly auroc: number
}

describe('area under the receiver operating characteristic', () => {
  it('gives the value of scikit-learn, ties and all', () => {
    expect(areaUnderRoc(golden.positives, golden.negatives)).toBeCloseTo(golden.auroc, 12)
  })

  it('is the share of pairs in the right order, ties counting half', () => {
    const scores = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        const pairs = positives.flatMap((p) => negatives.map((n) => (Math.sign(p - n) + 1) / 2))
        const share = pairs.reduce((sum, pair) => sum + pair, 0) / pairs.length
        expect(areaUnderRoc(positives, negatives)).toBeCloseTo(share, 12)
      }),
    )
  })

  it('ranks infinite scores, but refuses what is no number or none at all', () => {
    expect(areaUnderRoc([Infinity, Infinity], [0, -Infinity])).toBe(1)
    expect(() => areaUnderRoc([], [1])).toThrow('needs scores of both kinds, but there are 0 and 1')
    expect(() => areaUnderRoc([Number.NaN], [1])).toThrow('is not a number')
  })
})
