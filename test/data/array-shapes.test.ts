import { describe, expect, it } from 'vitest'
import { imageShapeOf, requireLabelShape } from '../../src/data/array-shapes.ts'
import { UserError } from '../../src/tensor/errors.ts'

describe('imageShapeOf', () => {
  it('takes three dimensions as grey and four as channels last', () => {
    expect(imageShapeOf([5, 2, 3], 'file')).toEqual([2, 3, 1])
    expect(imageShapeOf([5, 2, 3, 1], 'file')).toEqual([2, 3, 1])
    expect(imageShapeOf([5, 2, 4, 3], 'file')).toEqual([2, 4, 3])
  })

  it.each([[[]], [[5]], [[5, 4]], [[2, 3, 3, 2]], [[2, 3, 3, 3, 1]], [[0, 28, 28]], [[3, 0, 28]]])(
    'refuses %j',
    (shape) => {
      expect(() => imageShapeOf(shape, 'faces.npy')).toThrow(UserError)
      expect(() => imageShapeOf(shape, 'faces.npy')).toThrow('faces.npy holds')
    },
  )
})

describe('requireLabelShape', () => {
  it('takes one dimension and no more', () => {
    expect(() => requireLabelShape([2], 'file')).not.toThrow()
    expect(() => requireLabelShape([2, 1], 'file')).toThrow(UserError)
  })
})
