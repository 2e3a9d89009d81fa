import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readIdx } from '../../src/data/idx.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { idxBytes } from './idx-bytes.ts'

const arrays = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 4 }).chain((shape) => {
  const length = shape.reduce((product, size) => product * size, 1)
  return fc.record({ shape: fc.constant(shape), values: fc.uint8Array({ minLength: length, maxLength: length }) })
})

/** Reads bytes that may be broken: a result has to be consistent, and an error has to be the user's. */
function readsOrRefuses(bytes: Uint8Array): void {
  try {
    const { shape, values } = readIdx(bytes, 'broken')
    expect(values.length).toBe(shape.reduce((product, size) => product * size, 1))
    expect(values.buffer).toBe(bytes.buffer)
  } catch (error) {
    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain('broken')
  }
}

describe('readIdx', () => {
  it('reads back every array of one to four dimensions', () => {
    fc.assert(
      fc.property(arrays, ({ shape, values }) => {
        expect(readIdx(idxBytes(shape, values), 'file')).toEqual({ shape, values })
      }),
    )
  })

  it('reads a view that begins anywhere in its buffer', () => {
    const shifted = new Uint8Array([9, 9, 9, ...idxBytes([2], [7, 8])]).subarray(3)
    expect([...readIdx(shifted, 'file').values]).toEqual([7, 8])
  })

  it.each([
    ['nothing', [], 'ends inside the header'],
    ['a header that ends early', [0, 0, 8, 3, 0, 0, 0, 1], 'ends inside the header'],
    ['another format', [0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0], 'begins with 0x89504e47'],
    ['a rank of zero', [0, 0, 8, 0], 'begins with 0x00000800'],
    ['floats', [0, 0, 0x0d, 1, 0, 0, 0, 0], 'holds 32-bit floats'],
    ['five dimensions', [0, 0, 8, 5, ...Array<number>(20).fill(0)], 'has 5 dimensions'],
    ['a file cut short', [0, 0, 8, 1, 0, 0, 0, 3, 1, 2], 'is cut short'],
    ['trailing bytes', [0, 0, 8, 1, 0, 0, 0, 1, 1, 2], 'has bytes after its end'],
    ['sizes beyond all memory', [0, 0, 8, 4, ...Array<number>(16).fill(255)], 'is cut short'],
  ])('refuses %s', (_, bytes, message) => {
    const read = () => readIdx(new Uint8Array(bytes), 'digits.idx')
    expect(read).toThrow(UserError)
    expect(read).toThrow(message)
    expect(read).toThrow('digits.idx')
  })

  it('survives flipped, missing and added bytes', () => {
    fc.assert(
      fc.property(
        arrays,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.nat(40),
        fc.uint8Array(),
        (array, at, flip, cut, more) => {
          const bytes = idxBytes(array.shape, array.values)
          const flipped = new Uint8Array(bytes)
          flipped[at % bytes.length] ^= flip
          readsOrRefuses(flipped)
          readsOrRefuses(bytes.slice(0, Math.max(0, bytes.length - cut)))
          readsOrRefuses(new Uint8Array([...flipped, ...more]))
        },
      ),
    )
  })

  it('survives any bytes behind a good beginning', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), fc.uint8Array(), (rank, tail) =>
        readsOrRefuses(new Uint8Array([0, 0, 8, rank, ...tail])),
      ),
    )
  })
})
