import { describe, expect, it } from 'vitest'
import { minimize } from '../../src/baselines/lbfgs.ts'

describe('limited-memory BFGS', () => {
  it('finds the bottom of a long, bent valley', async () => {
    let calls = 0
    // Rosenbrock 1960.
    const found = await minimize(
      async ([x, y]) => {
        calls++
        return {
          value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
          gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
        }
      },
      Float64Array.of(-1.2, 1),
      { iterations: 200, tolerance: 1e-6 },
    )
    expect(found[0]).toBeCloseTo(1, 6)
    expect(found[1]).toBeCloseTo(1, 6)
    expect(calls).toBeLessThan(100)
  })

  it('needs no more steps than there are directions that differ', async () => {
    const curvatures = [1, 10, 100, 1000]
    let calls = 0
    const found = await minimize(
      async (place) => {
        calls++
        return {
          value: place.reduce((sum, x, i) => sum + (curvatures[i] * (x - i) ** 2) / 2, 0),
          gradient: place.map((x, i) => curvatures[i] * (x - i)),
        }
      },
      new Float64Array(4),
      { iterations: 100, tolerance: 1e-9 },
    )
    found.forEach((x, i) => expect(x).toBeCloseTo(i, 9))
    expect(calls).toBeLessThan(60)
  })

  it('stays where no step goes down', async () => {
    const uphill = async (place: Float64Array) => ({
      value: Math.abs(place[0]) + 1e-3,
      gradient: Float64Array.of(-1),
    })
    expect(await minimize(uphill, Float64Array.of(0), { iterations: 5, tolerance: 1e-9 })).toEqual(Float64Array.of(0))
  })
})
