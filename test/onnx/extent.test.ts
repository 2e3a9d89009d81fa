import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { affine, commonExtents, showAffine } from '../../src/onnx/extent.ts'
import { commonShape } from '../../src/tensor/shape.ts'

const batches = [4, 8, 12]

describe('how an extent follows from the batch size', () => {
  it('is found where it is scale * batch + offset in whole numbers', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), fc.integer({ min: -50, max: 50 }), (scale, offset) => {
        expect(
          affine(
            batches.map((batch) => scale * batch + offset),
            batches,
          ),
        ).toEqual({ scale, offset })
      }),
    ))

  it('is not found for squares and parts', () => {
    expect(affine([16, 64, 144], batches)).toBeNull()
    expect(affine([1, 2, 3], batches)).toBeNull()
  })

  it('is shown as a product and a term', () => {
    const shown = [
      { scale: 1, offset: 0 },
      { scale: 49, offset: 0 },
      { scale: 1, offset: -1 },
      { scale: 2, offset: 3 },
    ].map(showAffine)
    expect(shown).toEqual(['batch', '49*batch', 'batch-1', '2*batch+3'])
  })
})

it('extents broadcast as shapes do', () => {
  const fits = fc.tuple(fc.array(fc.nat(5), { maxLength: 4 }), fc.array(fc.boolean(), { maxLength: 4 }), fc.nat(4))
  fc.assert(
    fc.property(fits, ([shape, kept, count]) => {
      const other = shape.map((extent, axis) => (kept[axis] ? extent : 1)).slice(Math.min(count, shape.length))
      const common = commonExtents(
        shape.map((extent) => [extent]),
        other.map((extent) => [extent]),
      )
      expect(common.flat()).toEqual(commonShape(shape, other))
    }),
  )
})
