import { describe, expect, it } from 'vitest'
import { changedSource, createPoints, createSource, createStored, fieldsBeside } from '../../src/data/source.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { classField, numberField } from '../../src/tensor/fields.ts'

const parts = {
  name: 'two dots',
  shape: [1, 1, 3],
  images: new Uint8Array([1, 2, 3, 4, 5, 6]),
  labels: new Uint8Array([0, 1]),
  classes: ['dark', 'light'],
} as const

describe('createSource', () => {
  it('counts its images', () => {
    expect(createSource(parts).count).toBe(2)
  })

  it.each([
    ['no images', { images: new Uint8Array() }, 'two dots holds no images'],
    ['part of an image', { images: new Uint8Array(7) }, 'no multiple of one image of 1 x 1 x 3'],
    ['too few labels', { labels: new Uint8Array(1) }, '2 images but 1 labels'],
    ['a label without a class', { labels: new Uint8Array([0, 7]) }, 'image 1 the label 7'],
  ])('refuses %s', (_, change, message) => {
    const create = () => createSource({ ...parts, ...change })
    expect(create).toThrow(UserError)
    expect(create).toThrow(message)
  })
})

describe('the fingerprint', () => {
  const fingerprint = (change = {}) => createSource({ ...parts, ...change }).fingerprint()

  it('is the same for the same samples, whatever they are called', () => {
    expect(fingerprint()).toMatch(/^[0-9a-f]{32}$/)
    expect(fingerprint({ name: 'other', images: new Uint8Array(parts.images), classes: null })).toBe(fingerprint())
  })

  it('changes with the pixels, the labels and the shape', () => {
    const all = [
      fingerprint(),
      fingerprint({ images: new Uint8Array([1, 2, 3, 4, 5, 7]) }),
      fingerprint({ labels: new Uint8Array([1, 0]) }),
      fingerprint({ labels: null }),
      fingerprint({ shape: [1, 3, 1] }),
    ]
    expect(new Set(all).size).toBe(all.length)
  })
})

describe('more than 256 classes', () => {
  it('have labels of 16 bits, which count in the fingerprint', () => {
    const of = (...labels: number[]) => createSource({ ...parts, labels: Uint16Array.from(labels), classes: null })
    expect(of(999, 3).labels).toEqual(Uint16Array.of(999, 3))
    expect(of(999, 3).fingerprint()).not.toBe(of(999, 259).fingerprint())
    expect(of(999, 3).fingerprint()).toBe(of(999, 3).fingerprint())
  })
})

describe('createPoints', () => {
  const of = (points: Float32Array, labels: Uint8Array | null = null) =>
    createPoints({ name: 'points', shape: [2], points, labels, classes: null, modes: null })

  it('counts its points', () => {
    expect(of(Float32Array.of(1, 2, 3, 4))).toMatchObject({ kind: 'points', count: 2, notes: [] })
  })

  it.each([
    ['no points', Float32Array.of(), null, 'points holds no points'],
    ['half a point', Float32Array.of(1, 2, 3), null, 'no multiple of one point of 2'],
    ['too many labels', Float32Array.of(1, 2), Uint8Array.of(0, 1), '1 points but 2 labels'],
  ])('refuses %s', (_, points, labels, message) => {
    expect(() => of(points, labels)).toThrow(UserError)
    expect(() => of(points, labels)).toThrow(message)
  })

  it('has a fingerprint of coordinates and labels', () => {
    const all = [of(Float32Array.of(1, 2)), of(Float32Array.of(2, 1)), of(Float32Array.of(1, 2), Uint8Array.of(1))]
    expect(new Set(all.map((points) => points.fingerprint())).size).toBe(3)
  })
})

describe('createStored', () => {
  it('has a fingerprint of its contents and of how many are held, which decides the order of learning', () => {
    const of = (contents: string, mostHeld: number) => {
      const store = { mostHeld, read: async () => new Uint8Array() }
      return createStored({ name: 'stored', shape: [1, 1, 1], labels: null, classes: null, count: 9, contents, store })
    }
    const all = [of('a', 2), of('b', 2), of('a', 3)]
    expect(new Set(all.map((stored) => stored.fingerprint())).size).toBe(3)
    expect(of('a', 2).fingerprint()).toBe(all[0].fingerprint())
  })
})

describe('fields beside samples', () => {
  const beside = { row: { field: numberField([2]), values: [1, 2, 3, 4] } }

  it('are part of what an example consists of', () => {
    expect(fieldsBeside(createSource({ ...parts, beside }))).toEqual({ row: numberField([2]) })
    expect(fieldsBeside(createSource(parts))).toEqual({})
  })

  it('count in the fingerprint, which without any is what it always was', () => {
    const alone = '96a92cb1d77a8d9ea7b937a26adeebcd'
    expect(createSource(parts).fingerprint()).toBe(alone)
    expect(createSource({ ...parts, beside: {} }).fingerprint()).toBe(alone)
    expect(createSource({ ...parts, beside }).fingerprint()).not.toBe(alone)
  })

  it.each([
    [
      'too few numbers',
      { row: { field: numberField([2]), values: [1, 2] } },
      '2 examples, for which the field row needs 4 numbers, not 2',
    ],
    ['the name of the sample', { image: beside.row }, 'calls a field beside its samples image'],
    [
      'the name of the class',
      { class: { field: classField(3), values: [0, 1] } },
      'calls a field beside its samples class',
    ],
  ])('are refused with %s', (_, wrong, message) => {
    const create = () => createSource({ ...parts, beside: wrong })
    expect(create).toThrow(UserError)
    expect(create).toThrow(message)
  })
})

describe('a changed source', () => {
  const points = createPoints({
    name: 'points',
    shape: [2],
    points: Float32Array.of(1, 2),
    labels: null,
    classes: null,
    modes: null,
  })
  const store = { mostHeld: 1, read: async () => Uint8Array.of(1) }
  const stored = createStored({
    name: 'stored',
    shape: [1, 1, 1],
    labels: null,
    classes: null,
    count: 1,
    contents: 'a',
    store,
  })

  it.each([createSource({ ...parts, labels: null, classes: null, images: Uint8Array.of(1, 2, 3) }), points, stored])(
    'of $kind has a fingerprint of its own',
    (source) => {
      const beside = { row: { field: numberField([1]), values: [1] } }
      const changed = changedSource(source, { name: 'other', beside })
      expect(changed).toMatchObject({ kind: source.kind, name: 'other', count: 1, beside })
      expect(changed.fingerprint()).not.toBe(source.fingerprint())
    },
  )

  it('keeps the fingerprint of samples that stay the same', () => {
    expect(changedSource(points, { name: 'other' }).fingerprint()).toBe(points.fingerprint())
  })
})
