import { describe, expect, expectTypeOf, it } from 'vitest'
import { datasets, imageField, numberField } from '../../src/library.ts'
import type { ImageSource, PointSource } from '../../src/library.ts'
import { UserError } from '../../src/tensor/errors.ts'

const { fromArrays, withFields } = datasets
const images = Uint8Array.of(0, 51, 102, 153, 204, 255)
const shape = [1, 2, 1] as const

describe('fromArrays', () => {
  it('makes a source of images, with labels or without', () => {
    const source = fromArrays({ name: 'mine', images, shape, labels: [0, 2, 1], classes: ['a', 'b', 'c'] })
    expectTypeOf(source).toEqualTypeOf<ImageSource>()
    expect(source).toMatchObject({ kind: 'images', name: 'mine', count: 3, labels: Uint8Array.of(0, 2, 1) })
    expect(fromArrays({ images, shape })).toMatchObject({ count: 3, labels: null, classes: null, notes: [] })
  })

  it('makes a source of points', () => {
    const source = fromArrays({ points: [0, 1, 2, 3], labels: [1, 0] })
    expectTypeOf(source).toEqualTypeOf<PointSource>()
    expect(source).toMatchObject({ kind: 'points', count: 2, points: Float32Array.of(0, 1, 2, 3), modes: null })
  })

  it('takes the bytes of a canvas', () => {
    const clamped = new Uint8ClampedArray(images)
    expect(fromArrays({ images: clamped, shape }).fingerprint()).toBe(fromArrays({ images, shape }).fingerprint())
  })

  it.each([
    ['unit', [0, 0.2, 0.4, 0.6, 0.8, 1]],
    ['signed', [-1, -0.6, -0.2, 0.2, 0.6, 1]],
  ] as const)('makes bytes of floats of the range %s', (range, floats) => {
    expect(fromArrays({ images: Float32Array.from(floats), range, shape }).images).toEqual(images)
    expect(fromArrays({ images: Float64Array.from(floats), range, shape }).images).toEqual(images)
  })

  it('has labels of 16 bits where there are many classes', () => {
    expect(fromArrays({ images, shape, labels: [0, 999, 3] }).labels).toEqual(Uint16Array.of(0, 999, 3))
  })

  it('takes further fields, which count in the fingerprint', () => {
    const beside = { row: { field: numberField([2]), values: Float32Array.of(1, 2, 3, 4, 5, 6) } }
    const source = fromArrays({ images, shape, beside })
    expect(source.beside).toEqual(beside)
    expect(source.fingerprint()).not.toBe(fromArrays({ images, shape }).fingerprint())
    expect(withFields(fromArrays({ images, shape }), beside).fingerprint()).toBe(source.fingerprint())
  })

  it('does not compile, and is refused in one sentence, where parts do not go together', () => {
    const wrong: [() => unknown, string][] = [
      // @ts-expect-error Images or points.
      [() => fromArrays({}), 'data has neither images nor points; give one of them.'],
      // @ts-expect-error Not both.
      [() => fromArrays({ images, shape, points: [1, 2] }), 'data has both images and points; give one of them.'],
      // @ts-expect-error Images have a shape.
      [() => fromArrays({ images }), 'data has images of the shape undefined; give [height, width, channels]'],
      [
        // @ts-expect-error Of three sizes.
        () => fromArrays({ images, shape: [2, 3] }),
        'data has images of the shape [2,3]; give [height, width, channels]',
      ],
      [() => fromArrays({ images, shape: [1, 1, 2] }), 'with 1 or 3 channels.'],
      [() => fromArrays({ images, shape: [1, 0, 1] }), 'data has images of the shape [1,0,1]'],
      [
        () => fromArrays({ images, shape: [2, 2, 1] }),
        'data has 6 bytes, which is no multiple of one image of 2 x 2 x 1.',
      ],
      // @ts-expect-error Floats have a range.
      [() => fromArrays({ images: new Float32Array(2), shape }), "say by range whether they are from 0 to 1 ('unit')"],
      // @ts-expect-error A range that there is.
      [() => fromArrays({ images: new Float32Array(2), shape, range: 'bytes' }), 'say by range'],
      [
        // @ts-expect-error Bytes have none.
        () => fromArrays({ images, shape, range: 'unit' }),
        'data has pixels as bytes, which are from 0 to 255; leave range out.',
      ],
      [
        () => fromArrays({ images: Float32Array.of(0, -0.5), shape, range: 'unit' }),
        "data has -0.5 as pixel 1; the range 'unit' is from 0 to 1.",
      ],
      [() => fromArrays({ images: Float32Array.of(NaN, 0), shape, range: 'signed' }), 'data has NaN as pixel 0'],
      // @ts-expect-error Pixels are typed arrays.
      [() => fromArrays({ images: [1, 2], shape }), 'give a Uint8Array or a Float32Array.'],
      [
        // @ts-expect-error Points are in the plane.
        () => fromArrays({ points: [1, 2, 3], shape: [3] }),
        'data has points of the shape [3]; points are in the plane, [2].',
      ],
      [() => fromArrays({ points: [1, 2, 3] }), 'data has 3 numbers, which is no multiple of one point of 2.'],
      [
        // @ts-expect-error Modes are of points.
        () => fromArrays({ images, shape, modes: { centers: [], deviation: 1 } }),
        'data has modes, which only points have; leave them out.',
      ],
      [
        // @ts-expect-error Names are of labels.
        () => fromArrays({ images, shape, classes: ['a'] }),
        'data has names of classes but no labels; give both or neither.',
      ],
      [() => fromArrays({ images, shape, labels: [0, 1] }), 'data has 3 images but 2 labels'],
      [
        () => fromArrays({ images, shape, labels: [0, 1, 1.5] }),
        'data has the label 1.5 at place 2; labels are whole numbers from 0 to 65535.',
      ],
      [() => fromArrays({ images, shape, labels: [0, 1, -1] }), 'data has the label -1 at place 2'],
      [() => fromArrays({ images, shape, labels: [0, 1, 2], classes: ['a', 'b'] }), 'data gives image 2 the label 2'],
      [
        () => fromArrays({ images, shape, beside: { source: { field: imageField(shape, 'signed'), values: [1] } } }),
        'data has 3 examples, for which the field source needs 6 numbers, not 1.',
      ],
    ]
    for (const [create, sentence] of wrong) {
      expect(create, sentence).toThrow(UserError)
      expect(create).toThrow(sentence)
    }
  })
})
