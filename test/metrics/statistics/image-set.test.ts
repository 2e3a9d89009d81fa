import { describe, expect, it } from 'vitest'
import { imagesOfBytes, imagesOfSamples, rowsOf, slicedImages } from '../../../src/metrics/statistics/image-set.ts'
import { UserError } from '../../../src/tensor/errors.ts'

describe('images to be judged', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte)

  it('are the same numbers from bytes and from samples of either range', () => {
    const real = imagesOfBytes(bytes, [8, 8, 1])
    expect(real.count).toBe(4)
    expect([real.values[0], real.values[51], real.values[255]]).toEqual([0, Math.fround(0.2), 1])
    const unit = Float32Array.from(bytes, (byte) => byte / 255)
    const signed = Float32Array.from(bytes, (byte) => byte / 127.5 - 1)
    expect(imagesOfSamples(unit, [8, 8, 1], 'unit')).toEqual(real)
    expect(imagesOfSamples(signed, [8, 8, 1], 'signed')).toEqual(real)
  })

  it('take samples to the nearest byte, as pictures do', () => {
    const { values } = imagesOfSamples(Float32Array.of(-0.5, 0.501 / 255, 0.499 / 255, 1.5), [1, 4, 1], 'unit')
    expect([...values]).toEqual([0, Math.fround(1 / 255), 0, 1])
  })

  it('are rows of numbers, and parts of them are sets too, without a copy', () => {
    const images = imagesOfBytes(bytes, [4, 4, 2])
    expect(rowsOf(images)).toEqual({ values: images.values, count: 8, size: 32 })
    const part = slicedImages(images, 2, 3)
    expect(part).toMatchObject({ count: 3, shape: [4, 4, 2] })
    expect(part.values[0]).toBe(Math.fround(64 / 255))
    expect(part.values.length).toBe(96)
    expect(part.values.buffer).toBe(images.values.buffer)
  })

  it('are whole, and at least one', () => {
    expect(() => imagesOfBytes(new Uint8Array(5), [2, 2, 1])).toThrow(UserError)
    expect(() => imagesOfBytes(new Uint8Array(0), [2, 2, 1])).toThrow('at least one image')
  })
})
