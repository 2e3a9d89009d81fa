import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../src/baselines/tree/columns.ts'
import { splitter } from '../../src/baselines/tree/gini-split.ts'

const all = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i)

function best(table: readonly (readonly number[])[], labels: readonly number[], leastLeaf = 1) {
  const rows = { values: Float32Array.from(table.flat()), count: table.length, size: table[0].length }
  return splitter(columnsOf(rows), Int32Array.from(labels), 3, leastLeaf)(all(rows.count), all(rows.size))
}

/** 1 - sum of squared shares (Breiman et al. 1984), the definition. */
function gini(labels: readonly number[]): number {
  const shares = [0, 1, 2].map((label) => labels.filter((other) => other === label).length / labels.length)
  return 1 - shares.reduce((sum, share) => sum + share ** 2, 0)
}

const impurityAfter = (
  table: readonly (readonly number[])[],
  labels: readonly number[],
  column: number,
  threshold: number,
) => {
  const left = labels.filter((_, row) => table[row][column] <= threshold)
  const right = labels.filter((_, row) => table[row][column] > threshold)
  return (left.length * gini(left) + right.length * gini(right)) / labels.length
}

describe('the best split by Gini impurity', () => {
  it('is the one found by hand', () => {
    // Weighted impurities: below 2.5 1/4 * 0 + 3/4 * 4/9 = 1/3, below 5 0; the second column tells nothing apart.
    const table = [
      [2, 7],
      [3, 7],
      [4, 7],
      [6, 7],
    ].map(([a, b]) => [a, b] as const)
    expect(best(table, [0, 0, 0, 1])).toEqual({ split: { column: 0, threshold: 5 }, varying: all(1) })
    expect(impurityAfter(table, [0, 0, 0, 1], 0, 5)).toBe(0)
  })

  it('takes the first column and the lowest threshold of equals, as they come', () => {
    expect(
      best(
        [
          [0, 0],
          [1, 1],
          [0, 1],
          [1, 0],
        ],
        [0, 0, 1, 1],
      ).split,
    ).toEqual({ column: 0, threshold: 0.5 })
    expect(best([[0], [1], [2], [3]], [0, 1, 1, 0]).split).toEqual({ column: 0, threshold: 0.5 })
  })

  it('leaves rows that nothing tells apart undivided', () => {
    expect(best([[1], [1]], [0, 1])).toEqual({ split: null, varying: new Int32Array() })
  })

  const cell = fc.integer({ min: 0, max: 6 })
  const rowsOf = (length: number, values: fc.Arbitrary<number>) =>
    fc.array(fc.tuple(values, values, fc.integer({ min: 0, max: 2 })), { minLength: 2, maxLength: length })

  it.each([
    ['few rows, sorted', rowsOf(30, cell)],
    [
      'many rows, counted',
      fc.array(fc.tuple(cell, cell, fc.integer({ min: 0, max: 2 })), { minLength: 60, maxLength: 90 }),
    ],
    [
      'pixels that were bytes',
      rowsOf(
        30,
        cell.map((byte) => Math.fround((byte * 40) / 255)),
      ),
    ],
  ] as const)('leaves no more impurity than any other split: %s', (_, samples) => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 3 }), (rows, leastLeaf) => {
        const table = rows.map(([a, b]) => [a, b])
        const labels = rows.map(([, , label]) => label)
        const candidates = [0, 1].flatMap((column) => {
          const values = [...new Set(table.map((row) => row[column]))].toSorted((a, b) => a - b)
          return values.slice(1).map((upper, i) => ({ column, threshold: (values[i] + upper) / 2 }))
        })
        const allowed = candidates.filter(({ column, threshold }) => {
          const left = table.filter((row) => row[column] <= threshold).length
          return left >= leastLeaf && table.length - left >= leastLeaf
        })
        const { split } = best(table, labels, leastLeaf)
        if (split === null) {
          expect(allowed).toEqual([])
          return
        }
        const least = Math.min(...allowed.map((other) => impurityAfter(table, labels, other.column, other.threshold)))
        expect(impurityAfter(table, labels, split.column, split.threshold)).toBeCloseTo(least, 10)
        expect(allowed).toContainEqual(split)
      }),
      { numRuns: 60 },
    )
  })
})
