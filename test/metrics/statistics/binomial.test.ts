import { describe, expect, it } from 'vitest'
import { wilsonInterval } from '../../../src/metrics/statistics/binomial.ts'
import { expected } from '../formula.ts'

describe("Wilson's interval", () => {
  it.each(Object.entries(expected.wilson))('of %s is that of SciPy', (name, [low, high]) => {
    const [successes, trials] = name.split(' of ').map(Number)
    const interval = wilsonInterval(successes, trials)
    expect(interval[0]).toBeCloseTo(low, 12)
    expect(interval[1]).toBeCloseTo(high, 12)
  })
})
