import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sumOrder } from '../../src/kernels/target.ts'
import { directionsOf } from '../../src/kernels/winograd.ts'
import type { Matrix } from '../../src/kernels/winograd.ts'
import { convolve, input } from '../../src/tensor/operations/index.ts'
import { range } from '../../src/tensor/shape.ts'
import { isKind } from '../../src/tensor/tensor.ts'
import type { Convolution, Pair } from '../../src/tensor/tensor.ts'

const square = (size: number): Pair => [size, size]

/** The first direction of a convolution of so many channels, or null where it is done directly. */
function direction(kernel: number, walk: Partial<Convolution>, channels = 32, units = 32) {
  const all = { size: square(4), stride: square(1), dilation: square(1), offset: square(0), order: 'images', ...walk }
  const isOfImages = walk.order !== 'positions'
  const x = input('x', isOfImages ? [1, 2, 16, 16, channels] : [1, channels, 16, 16, 2])
  const weight = input('kernel', isOfImages ? [1, kernel, kernel, channels, units] : [1, kernel, kernel, 2, units])
  const tensor = convolve(x, weight, { ...all, order: isOfImages ? 'images' : 'positions' })
  if (!isKind(tensor, 'convolve')) throw new Error('a convolution that is none')
  return directionsOf(tensor, sumOrder)?.[0] ?? null
}

const times = (matrix: Matrix, vector: readonly number[]): number[] =>
  matrix.map((row) => row.reduce((sum, factor, i) => sum + factor * vector[i], 0))

const walks = {
  'F(2, 2)': { kernel: 2, walk: {}, outputs: 2, taps: 2 },
  'F(2, 3)': { kernel: 3, walk: {}, outputs: 2, taps: 3 },
  'F(3, 2)': { kernel: 4, walk: { order: 'positions', size: square(3) }, outputs: 3, taps: 2 },
} as const

describe('minimal filtering', () => {
  it.each(Object.entries(walks))('%s gives the sums of the products', (_, { kernel, walk, outputs, taps }) => {
    const transforms = direction(kernel, walk)?.transforms
    if (transforms === undefined) throw new Error('a convolution that is done directly')
    const numbers = (count: number) =>
      fc.array(fc.integer({ min: -50, max: 50 }), { minLength: count, maxLength: count })
    fc.assert(
      fc.property(numbers(outputs + taps - 1), numbers(taps), (data, filter) => {
        const points = times(transforms.filter, filter)
        const products = times(transforms.data, data).map((value, i) => value * points[i])
        const direct = range(outputs).map((i) => filter.reduce((sum, tap, j) => sum + tap * data[i + j], 0))
        expect(times(transforms.outputs, products)).toEqual(direct)
      }),
    )
    expect(transforms.data).toHaveLength(outputs + taps - 1)
  })
})

describe('a convolution is done by Winograd', () => {
  it.each([
    ['of 2 x 2 and 3 x 3 at a stride of 1', 3, {}],
    ['backwards, as the gradient of images', 3, { dilation: square(-1), offset: square(2) }],
    ['of 4 x 4 at a stride of 2', 4, { stride: square(2) }],
    ['for a kernel of 4 x 4 at a stride of 2', 4, { order: 'positions', size: square(4), dilation: square(2) }],
    ['for a kernel backwards', 4, { order: 'positions', size: square(2), stride: square(-1), offset: square(1) }],
  ] as const)('%s', (_, kernel, walk) => expect(direction(kernel, walk)).not.toBeNull())

  it.each([
    ['of 5 x 5', 5, {}],
    ['of 1 x 1', 1, {}],
    ['of an odd number of outputs', 3, { size: square(7) }],
    ['of 3 x 3 at a stride of 2, whose parts have 2 and 1 rows', 3, { stride: square(2) }],
    ['with gaps in the kernel', 3, { dilation: square(2) }],
  ] as const)('but not one %s', (_, kernel, walk) => expect(direction(kernel, walk)).toBeNull())

  it.each([
    ['few channels', 24, 32],
    ['few units', 32, 16],
    ['units that fill no vectors', 32, 36],
    ['channels that fill no vectors', 36, 32],
  ])('but not one of %s', (_, channels, units) => expect(direction(3, {}, channels, units)).toBeNull())
})
