import { describe, expect, it } from 'vitest'
import { columnsAt, fieldsOf, hashOfColumns, pickValues } from '../../src/data/field-columns.ts'
import type { FieldColumns } from '../../src/data/field-columns.ts'
import { imageField, numberField, wordsField } from '../../src/tensor/fields.ts'

describe('pickValues', () => {
  it.each([
    ['bytes', Uint8Array.of(0, 1, 2, 3, 4, 5), Uint8Array.of(4, 5, 0, 1)],
    ['floats', Float32Array.of(0, 1, 2, 3, 4, 0.5), Float32Array.of(4, 0.5, 0, 1)],
    ['whole numbers', Int32Array.of(0, -1, 2, 3, 4, 5), Int32Array.of(4, 5, 0, -1)],
    ['a list', [0.25, 1, 2, 3, 4, 5.5], Float64Array.of(4, 5.5, 0.25, 1)],
  ])('takes rows of %s as they are', (_, values, picked) => {
    expect(pickValues(values, [2, 0], 2)).toEqual(picked)
  })
})

const read = async (rows: ArrayLike<number>) => Float32Array.from(rows, (row) => 10 * row)
const columns: FieldColumns = {
  held: { field: wordsField(2, 100), values: [0, 1, 2, 3, 4, 5, 6, 7] },
  read: { field: numberField([1]), values: read, contents: 'tens' },
}

describe('columns', () => {
  it('say what their fields are', () => {
    expect(fieldsOf(columns)).toEqual({ held: wordsField(2, 100), read: numberField([1]) })
  })

  it('of some rows are read as those rows', async () => {
    const part = columnsAt(columns, [1, 3])
    expect(part.held.values).toEqual(Float64Array.of(2, 3, 6, 7))
    const { values } = part.read
    expect(typeof values === 'function' && (await values([0, 1]))).toEqual(Float32Array.of(10, 30))
    expect(fieldsOf(part)).toEqual(fieldsOf(columns))
  })
})

describe('the hash of columns', () => {
  const hash = (values: ArrayLike<number>, field = numberField([1]), name = 'row') =>
    hashOfColumns({ [name]: { field, values } })

  it('is the same for equal numbers, in whatever array', () => {
    expect(hash(Float32Array.of(1, 2))).toBe(hash([1, 2]))
    expect(hash(Int32Array.of(1, 2))).toBe(hash([1, 2]))
  })

  it('changes with the numbers, the name and the description', () => {
    const all = [
      hash([1, 2]),
      hash([1, 3]),
      hash([1, 2], numberField([2])),
      hash([1, 2], imageField([1, 1, 1], 'unit')),
      hash([1, 2], imageField([1, 1, 1], 'signed')),
      hash([1, 2], numberField([1]), 'line'),
      // Bytes stand for other numbers than their own.
      hash(Uint8Array.of(1, 2)),
    ]
    expect(new Set(all).size).toBe(all.length)
  })

  it('of what is read changes with its contents and its rows', () => {
    const of = (contents: string): FieldColumns => ({ read: { field: numberField([1]), values: read, contents } })
    const all = [of('a'), of('b'), columnsAt(of('a'), [0, 1]), columnsAt(of('a'), [0, 2])].map(hashOfColumns)
    expect(new Set(all).size).toBe(all.length)
  })
})
