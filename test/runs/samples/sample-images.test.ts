import { describe, expect, it } from 'vitest'
import { recipes } from '../../../src/recipes/index.ts'
import { imagesOf } from '../../../src/runs/samples/sample-images.ts'
import { imageField } from '../../../src/tensor/fields.ts'
import type { DataRange } from '../../../src/tensor/fields.ts'

const { generation } = recipes.mlp.game({ ...recipes.mlp.defaults, dataShape: [2, 2, 1] })
const gameIn = (range: DataRange) => ({ generation: { ...generation, sample: imageField([2, 2, 1], range) } })

describe('imagesOf', () => {
  it.each([
    ['signed', [-1, -127 / 255, 0.2, 1]],
    ['unit', [0, 64 / 255, 0.6, 1]],
  ] as const)('gives back the bytes that numbers in the %s range stand for', (dataRange, values) => {
    const { images, shape } = imagesOf(Float32Array.from(values), gameIn(dataRange))
    expect(shape).toEqual([2, 2, 1])
    expect([...images]).toEqual([0, 64, 153, 255])
  })

  it('takes the nearest byte for numbers outside', () => {
    const { images } = imagesOf(Float32Array.of(-3, 7, 1.001, NaN), gameIn('signed'))
    expect([...images]).toEqual([0, 255, 255, 0])
  })
})
