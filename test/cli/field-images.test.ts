import { describe, expect, it } from 'vitest'
import { background, chooseImages } from '../../src/cli/choose-images.ts'
import { withFieldImages } from '../../src/cli/field-images.ts'
import { classField, imageField, numberField } from '../../src/tensor/fields.ts'

/** Three gray images of 2 x 1: 0 0, 1 1 and 2 2. */
const images = Uint8Array.of(0, 0, 1, 1, 2, 2)
const chosen = chooseImages({ images, shape: [2, 1, 1], labels: null }, 3, 0)
const rows = chosen.rows.map((row) => row ?? 0)

describe('images beside an image', () => {
  it('are at its left, those of the same example', async () => {
    const values = Uint8Array.of(10, 11, 20, 21, 30, 31)
    const shown = await withFieldImages(chosen, { source: { field: imageField([2, 1, 1], 'signed'), values } })
    expect(shown).toMatchObject({ shape: [2, 3, 1], parts: 2, count: 3, rows: chosen.rows })
    const of = (row: number) => [values[2 * row], background, row, values[2 * row + 1], background, row]
    expect([...shown.images]).toEqual(rows.flatMap(of))
  })

  it.each([
    ['unit', (value: number) => value / 2],
    ['signed', (value: number) => value - 1],
  ] as const)('may be floats of the range %s, and are read in ascending order', async (range, valueOf) => {
    const read = async (wanted: ArrayLike<number>) => {
      expect(Array.from(wanted)).toEqual([0, 1, 2])
      return Float32Array.from(wanted, valueOf)
    }
    const field = imageField([1, 1, 1], range)
    const shown = await withFieldImages(chosen, { source: { field, values: read, contents: 'x' } })
    const bytes = [0, 128, 255]
    // The small image is enlarged to the height of the other.
    expect(shown.shape).toEqual([2, 4, 1])
    expect(rows.map((_, place) => shown.images[8 * place])).toEqual(rows.map((row) => bytes[row]))
    expect(rows.map((_, place) => shown.images[8 * place + 5])).toEqual(rows.map((row) => bytes[row]))
  })

  it('make gray ones color where any is in color', async () => {
    const values = Uint8Array.from({ length: 18 }, (_, index) => 100 + index)
    const shown = await withFieldImages(chosen, { source: { field: imageField([2, 1, 3], 'unit'), values } })
    expect(shown.shape).toEqual([2, 3, 3])
    const first = rows[0]
    expect([...shown.images.subarray(0, 3)]).toEqual([...values.subarray(6 * first, 6 * first + 3)])
    expect([...shown.images.subarray(6, 9)]).toEqual([first, first, first])
  })

  it('leave out what is no image', async () => {
    const row = { field: numberField([2, 1, 1]), values: new Float32Array(6) }
    const kind = { field: classField(2), values: [0, 1, 0] }
    expect(await withFieldImages(chosen, { row, kind })).toBe(chosen)
    expect(await withFieldImages(chosen)).toBe(chosen)
  })

  it('are blank where no image is', async () => {
    const two = chooseImages({ images, shape: [2, 1, 1], labels: Uint8Array.of(0, 0, 1) }, 4, 0)
    expect(two.rows).toContain(null)
    const values = Uint8Array.of(10, 11, 20, 21, 30, 31)
    const shown = await withFieldImages(two, { source: { field: imageField([2, 1, 1], 'signed'), values } })
    const place = two.rows.indexOf(null)
    expect([...shown.images.subarray(6 * place, 6 * place + 6)]).toEqual(Array<number>(6).fill(background))
  })
})
