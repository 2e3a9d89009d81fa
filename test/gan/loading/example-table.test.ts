import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asSeenValues, exampleTable } from '../../../src/gan/loading/example-table.ts'
import type { FieldData } from '../../../src/gan/loading/example-table.ts'
import type { FieldReader } from '../../../src/data/field-columns.ts'
import { twoPlayerGame } from '../../../src/gan/players/two-player-game.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { classField, imageField, numberField, wordsField } from '../../../src/tensor/fields.ts'
import { pointSettings } from '../players/point-game.ts'

const count = 4
const classes = 3
/** Points of classes, each with a picture and three words of five. */
const game = twoPlayerGame(
  pointSettings({ condition: { classes }, given: { picture: imageField([1, 2, 1], 'unit'), words: wordsField(3, 5) } }),
)
const picture = Uint8Array.of(0, 255, 51, 102, 1, 2, 3, 4)
const words = [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]
const fields = { words, extra: [1, 2, 3], class: [0, 2, 1, 1], picture, point: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) }
const tableOf = (changes: FieldData['fields'] = {}) => exampleTable(game, { count, fields: { ...fields, ...changes } })

/** Says what is wrong, as people are told. */
function refusalOf(make: () => unknown): string {
  try {
    make()
  } catch (error) {
    expect(error).toBeInstanceOf(UserError)
    return error instanceof Error ? error.message : ''
  }
  throw new Error('it was taken')
}

describe('a table of examples', () => {
  it("has the fields of the game's examples and no others, in its order, as they are stored", () => {
    const table = tableOf()
    expect(table).toMatchObject({ count, mostHeld: null })
    expect(Object.entries(table.columns).map(([name, { dtype, field }]) => [name, dtype, field])).toEqual([
      ['point', 'f32', numberField([2])],
      ['class', 'i32', classField(classes)],
      ['picture', 'u8', imageField([1, 2, 1], 'unit')],
      ['words', 'i32', wordsField(3, 5)],
    ])
    expect(table.columns.picture.values).toBe(picture)
  })

  it('takes finished numbers where bytes could be', () => {
    expect(tableOf({ picture: Float32Array.from(picture) }).columns.picture.dtype).toBe('f32')
  })

  it('gives the values of any examples, as they are stored', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: count - 1 })), async (rows) => {
        const { columns } = tableOf()
        const expected = (values: ArrayLike<number>, size: number) =>
          rows.flatMap((row) => Array.from({ length: size }, (_, at) => values[row * size + at]))
        expect(Array.from(await columns.words.read(rows))).toEqual(expected(words, 3))
        expect(Array.from(await columns.class.read(rows))).toEqual(expected(fields.class, 1))
        const bytes = await columns.picture.read(rows)
        expect(bytes).toBeInstanceOf(Uint8Array)
        expect(Array.from(bytes)).toEqual(expected(picture, 2))
      }),
    ))

  it('names samples and labels that are given as such by what the game imitates', () => {
    const plain = twoPlayerGame(pointSettings())
    const points = Float32Array.of(1, 2, 3, 4)
    const columnsOf = (...told: Parameters<typeof exampleTable>) => Object.keys(exampleTable(...told).columns)
    expect(columnsOf(plain, { points, count: 2, labels: [0, 1] })).toEqual(['point'])
    expect(
      columnsOf(twoPlayerGame(pointSettings({ condition: { classes } })), { points, count: 2, labels: [0, 1] }),
    ).toEqual(['point', 'class'])
    const images = twoPlayerGame(pointSettings({ dataShape: [1, 2, 1], dataRange: 'unit' }))
    expect(columnsOf(images, { images: picture, count: 4 })).toEqual(['image'])
    const called = twoPlayerGame(pointSettings({ imitates: 'target' }))
    expect(columnsOf(called, { count: 2, fields: { target: points } })).toEqual(['target'])
  })

  it('is refused where a field is missing', () => {
    const { words: _, ...others } = fields
    expect(refusalOf(() => exampleTable(game, { count, fields: others }))).toBe(
      'The game learns from examples with the field words, which the data has not; it has extra, class, picture, point.',
    )
    const { class: __, ...unlabeled } = fields
    expect(refusalOf(() => exampleTable(game, { count, fields: unlabeled }))).toBe(
      'The game has 3 classes, but the data has no labels; give data with labels, or a game without classes.',
    )
    expect(refusalOf(() => exampleTable(game, { count, fields: {} }))).toContain(
      'which the data has not; it has no fields.',
    )
    // What every object has is no field.
    const strange = twoPlayerGame(pointSettings({ imitates: 'toString' }))
    expect(refusalOf(() => exampleTable(strange, { count, fields }))).toContain(
      'the field toString, which the data has not',
    )
  })

  it('is refused where a field has too few or too many numbers', () => {
    expect(refusalOf(() => tableOf({ picture: picture.subarray(1) }))).toBe(
      'The data has 4 samples, but 7 numbers of the field picture, 2 for each; give all of them.',
    )
    expect(refusalOf(() => tableOf({ class: [0, 1] }))).toBe('The data has 4 samples, but 2 labels; give one for each.')
  })

  it('is refused where a whole number is not one of those that the field takes', () => {
    expect(refusalOf(() => tableOf({ class: [0, 1, 3, 0] }))).toBe(
      'Sample 2 has the label 3, but the 3 classes of the game are 0 to 2.',
    )
    for (const value of [5, -1, 0.5, NaN]) {
      expect(refusalOf(() => tableOf({ words: words.with(7, value) }))).toBe(
        `Example 2 has ${value} in the field words, which takes 0 to 4.`,
      )
    }
  })
})

describe('a field that is read', () => {
  const readingOf = (read: FieldReader, name: 'picture' | 'words' | 'class' | 'point', mostHeld?: number) =>
    exampleTable(game, { count, fields: { ...fields, [name]: read }, ...(mostHeld === undefined ? {} : { mostHeld }) })

  it('is read when it is needed, beside others that are held', async () => {
    const asked: number[][] = []
    const read: FieldReader = async (rows) => {
      asked.push(Array.from(rows))
      return Float32Array.from(rows, (row) => row / 2)
    }
    const distances = twoPlayerGame(pointSettings({ given: { distance: numberField([]) } }))
    const { columns, mostHeld } = exampleTable(distances, { count, mostHeld: 3, fields: { ...fields, distance: read } })
    expect(asked).toEqual([])
    expect(mostHeld).toBe(3)
    expect(columns.distance).toMatchObject({ values: null, dtype: 'f32' })
    expect(await columns.distance.read([1, 3])).toEqual(Float32Array.of(0.5, 1.5))
    expect(asked).toEqual([[1, 3]])
    expect(await columns.point.read([1, 3])).toEqual(Float32Array.of(3, 4, 7, 8))
  })

  it('is stored as bytes, floats or whole numbers, by what the field is; all examples may be held unless told', () => {
    const none: FieldReader = async () => []
    const typeOf = (name: 'picture' | 'words' | 'point') => readingOf(none, name).columns[name].dtype
    expect([typeOf('picture'), typeOf('words'), typeOf('point')]).toEqual(['u8', 'i32', 'f32'])
    expect(readingOf(none, 'words').mostHeld).toBe(count)
    expect(readingOf(none, 'words', 2).mostHeld).toBe(2)
  })

  it('tells of numbers that do not fit when they are read', async () => {
    const reading = (values: ArrayLike<number>, name: 'picture' | 'words' | 'class') =>
      readingOf(async () => values, name).columns[name].read([1, 3])
    await expect(reading([0, 1, 2, 3, 4], 'words')).rejects.toThrow(
      '2 examples have 6 numbers of the field words, but 5 were read.',
    )
    await expect(reading([0, 1, 2, 3, 4, 5], 'words')).rejects.toThrow(
      'Example 3 has 5 in the field words, which takes 0 to 4.',
    )
    await expect(reading([0, 3], 'class')).rejects.toThrow('Sample 3 has the label 3, but the 3 classes')
    await expect(reading(Float32Array.of(0, 0.2, 0.4, 1), 'picture')).rejects.toThrow(
      'The field picture has a range, so that it is read as bytes, but other numbers were read.',
    )
    await expect(reading([0, 1, 2, 3, 4], 'words')).rejects.toThrow(UserError)
    expect(await reading(Uint8Array.of(9, 8, 7, 6), 'picture')).toEqual(Uint8Array.of(9, 8, 7, 6))
  })
})

describe('the values that players see', () => {
  it('are bytes in the range of the field, and all other numbers as they are', () => {
    const bytes = Uint8Array.of(0, 51, 255)
    const inRange = (range: 'unit' | 'signed' | null) => asSeenValues({ kind: 'numbers', shape: [1], range }, bytes)
    expect(inRange('unit')).toEqual(Float32Array.of(0, 0.2, 1))
    expect(inRange('signed')).toEqual(Float32Array.of(-1, -0.6, 1))
    expect(inRange(null)).toEqual(Float32Array.of(0, 51, 255))
    expect(asSeenValues(imageField([1], 'unit'), Float32Array.of(0.5, -3))).toEqual(Float32Array.of(0.5, -3))
    expect(asSeenValues(wordsField(1, 300), bytes)).toEqual(Float32Array.of(0, 51, 255))
  })
})
