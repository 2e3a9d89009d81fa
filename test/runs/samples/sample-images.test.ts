import { describe, expect, it } from 'vitest'
import type { Game } from '../../../src/gan/game.ts'
import { imagesOf } from '../../../src/runs/samples/sample-images.ts'
import { imageField } from '../../../src/tensor/fields.ts'
import type { DataRange } from '../../../src/tensor/fields.ts'

/** A game of images of 2 x 2. */
const gameOf = (range: DataRange) =>
  ({ generation: { sample: imageField([2, 2, 1], range) } }) as Pick<Game, 'generation'>

describe('imagesOf', () => {
  it.each([
    ['signed', [-1, -127 / 255, 0.2, 1]],
    ['unit', [0, 64 / 255, 0.6, 1]],
  ] as const)('gives back the bytes that numbers in the %s range stand for', (dataRange, values) => {
    const { images, shape } = imagesOf(Float32Array.from(values), gameOf(dataRange))
    expect(shape).toEqual([2, 2, 1])
    expect([...images]).toEqual([0, 64, 153, 255])
  })

  it('takes the nearest byte for numbers outside', () => {
    const { images } = imagesOf(Float32Array.of(-3, 7, 1.001, NaN), gameOf('signed'))
    expect([...images]).toEqual([0, 255, 255, 0])
  })
})
