import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inTurns } from '../../../src/runs/comparison/turns.ts'

describe('rows in turns', () => {
  it('hold every row once, and their beginnings as many of each class as can be', () => {
    const labeled = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 80 })
    fc.assert(
      fc.property(labeled, fc.nat({ max: 2 ** 31 - 1 }), (labels, seed) => {
        const order = inTurns(labels, 4, seed)
        expect(Array.from(order).toSorted((a, b) => a - b)).toEqual([...labels.keys()])
        const total = [0, 1, 2, 3].map((label) => labels.filter((own) => own === label).length)
        const seen = [0, 0, 0, 0]
        for (const row of order) {
          seen[labels[row]]++
          const most = Math.max(...seen)
          // Whoever is behind by more than one has no more rows.
          seen.forEach((count, label) => expect(count >= most - 1 || count === total[label]).toBe(true))
        }
      }),
    )
  })

  it('are the same for equal seeds, others for other seeds, and not the first rows of all', () => {
    const labels = Array.from({ length: 200 }, (_, row) => row % 2)
    expect(inTurns(labels, 2, 5)).toEqual(inTurns(labels, 2, 5))
    expect(inTurns(labels, 2, 5)).not.toEqual(inTurns(labels, 2, 6))
    expect(
      Array.from(inTurns(labels, 2, 5))
        .slice(0, 20)
        .some((row) => row >= 20),
    ).toBe(true)
  })
})
