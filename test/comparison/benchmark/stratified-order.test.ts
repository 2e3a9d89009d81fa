import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstOfEachClass, stratifiedOrder } from '../../../src/comparison/benchmark/stratified-order.ts'

describe('rows in proportion', () => {
  it('hold every row once, ten of each class first, and their beginnings as many of each as its share is', () => {
    const labeled = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(labeled, fc.nat({ max: 2 ** 31 - 1 }), (labels, seed) => {
        const order = stratifiedOrder(labels, 4, seed)
        expect(Array.from(order).toSorted((a, b) => a - b)).toEqual([...labels.keys()])
        const total = [0, 1, 2, 3].map((label) => labels.filter((own) => own === label).length)
        const atFirst = total.map((count) => Math.min(count, 10))
        const first = atFirst.reduce((sum, count) => sum + count, 0)
        const seen = [0, 0, 0, 0]
        order.forEach((row, at) => {
          seen[labels[row]]++
          if (at === first - 1) expect(seen).toEqual(atFirst)
          if (at < first) return
          // How far through its class each has come differs by a row of the class at most.
          const through = Math.max(...seen.map((count, label) => (count > 10 ? (count - 0.5) / total[label] : 0)))
          seen.forEach((count, label) => {
            expect(count >= total[label] || (Math.max(count, 10) + 0.5) / total[label] >= through - 1e-9).toBe(true)
          })
        })
      }),
    )
  })

  it('are the same for equal seeds, others for other seeds, and not the first rows of all', () => {
    const labels = Array.from({ length: 200 }, (_, row) => row % 2)
    expect(stratifiedOrder(labels, 2, 5)).toEqual(stratifiedOrder(labels, 2, 5))
    expect(stratifiedOrder(labels, 2, 5)).not.toEqual(stratifiedOrder(labels, 2, 6))
    const first = Array.from(stratifiedOrder(labels, 2, 5)).slice(0, 20)
    expect(first.some((row) => row >= 20)).toBe(true)
  })

  it('have nine of ten of one class where that is as frequent', () => {
    const labels = Array.from({ length: 3000 }, (_, row) => Number(row % 10 === 0))
    const first = stratifiedOrder(labels, 2, 1).subarray(0, 1000)
    expect(first.filter((row) => labels[row] === 1).length / 1000).toBeCloseTo(0.1, 1)
  })
})

describe('few rows of each class', () => {
  it('are the first ones of each, in turn', () => {
    const labels = Int32Array.from([1, 1, 1, 0, 1, 0, 0])
    const rows = { values: Float32Array.from(labels, (_, at) => 10 * at), count: 7, size: 1 }
    const few = firstOfEachClass({ rows, labels, classes: 2 }, 2)
    expect(few).toEqual({
      rows: { values: Float32Array.from([30, 0, 50, 10]), count: 4, size: 1 },
      labels: Int32Array.from([0, 1, 0, 1]),
      classes: 2,
    })
  })
})
