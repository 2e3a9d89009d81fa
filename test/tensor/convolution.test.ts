import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpret } from '../../src/runtime/interpreter.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { conv2d, convolve, convTranspose2d, input } from '../../src/tensor/operations/index.ts'
import { sizeOf } from '../../src/tensor/shape.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { derivativesAgree } from './finite-differences.ts'

const pair = (least: number, most: number) =>
  fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }))

/** Images, a kernel and a way to walk that fit each other. */
const walks = fc
  .record({
    kernel: pair(1, 3),
    image: pair(4, 6),
    stride: pair(1, 3),
    padding: pair(0, 2),
    dilation: pair(1, 2),
    groups: fc.integer({ min: 1, max: 2 }),
    channels: fc.integer({ min: 1, max: 2 }),
    outputs: fc.integer({ min: 1, max: 2 }),
    images: fc.integer({ min: 1, max: 2 }),
  })
  .filter(({ kernel, image, padding, dilation }) =>
    [0, 1].every((axis) => dilation[axis] * (kernel[axis] - 1) + 1 <= image[axis] + 2 * padding[axis]),
  )

const scattered = (count: number, seed: number) =>
  Array.from({ length: count }, (_, index) => Math.sin(index * 12.9898 + seed))

describe('conv2d', () => {
  it('is the sum over the kernel of the padded image times the kernel, group by group', () => {
    fc.assert(
      fc.property(walks, ({ kernel, image, stride, padding, dilation, groups, channels, outputs, images }) => {
        const x = input('x', [images, ...image, groups * channels])
        const k = input('k', [...kernel, channels, groups * outputs])
        const [xs, ks] = [scattered(sizeOf(x.shape), 1), scattered(sizeOf(k.shape), 2)]
        const y = conv2d(x, k, { stride, padding, dilation, groups })
        const [found] = interpret(
          [y],
          new Map([
            [x, xs],
            [k, ks],
          ]),
        )
        const pixel = (n: number, h: number, w: number, c: number) =>
          h < 0 || h >= image[0] || w < 0 || w >= image[1]
            ? 0
            : xs[((n * image[0] + h) * image[1] + w) * groups * channels + c]
        let at = 0
        for (let n = 0; n < images; n++) {
          for (let h = 0; h < y.shape[1]; h++) {
            for (let w = 0; w < y.shape[2]; w++) {
              for (let o = 0; o < groups * outputs; o++) {
                let sum = 0
                for (let i = 0; i < kernel[0]; i++) {
                  for (let j = 0; j < kernel[1]; j++) {
                    for (let c = 0; c < channels; c++) {
                      const group = Math.floor(o / outputs)
                      sum +=
                        pixel(
                          n,
                          h * stride[0] + i * dilation[0] - padding[0],
                          w * stride[1] + j * dilation[1] - padding[1],
                          group * channels + c,
                        ) * ks[((i * kernel[1] + j) * channels + c) * groups * outputs + o]
                    }
                  }
                }
                expect(found[at++]).toBeCloseTo(sum, 10)
              }
            }
          }
        }
        expect(at).toBe(found.length)
      }),
      { numRuns: 40 },
    )
  })

  it('has the derivatives that differences say, of any order', () => {
    const cases = walks.map(({ kernel, image, stride, padding, dilation, groups, channels, outputs, images }) => ({
      shapes: [
        [images, ...image, groups * channels],
        [...kernel, channels, groups * outputs],
      ],
      build: ([x, k]: readonly Tensor[]) => conv2d(x, k, { stride, padding, dilation, groups }),
    }))
    fc.assert(derivativesAgree(cases), { numRuns: 12 })
  })

  it('says what does not fit', () => {
    const x = input('x', [2, 5, 5, 4])
    expect(() => conv2d(x, input('k', [3, 3, 3, 8]))).toThrow(UserError)
    expect(() => conv2d(x, input('k', [3, 3, 3, 8]))).toThrow(
      /1 x 3 input channels and 8 outputs do not fit 1 groups of 4/,
    )
    expect(() => conv2d(x, input('k', [3, 3, 2, 7]), { groups: 2 })).toThrow(/do not fit 2 groups/)
    expect(() => conv2d(x, input('k', [7, 7, 4, 8]))).toThrow('the kernel is larger than the padded image')
    expect(() => conv2d(x, input('k', [3, 3, 4, 8]), { stride: 0 })).toThrow('whole numbers from 1 on')
    expect(() => conv2d(input('x', [5, 5, 4]), input('k', [3, 3, 4, 8]))).toThrow('takes images [n, h, w, c]')
  })
})

describe('convTranspose2d', () => {
  it('is the transpose of conv2d: <conv(x), y> = <x, transposed(y)>', () => {
    fc.assert(
      fc.property(walks, ({ kernel, image, stride, padding, dilation, groups, channels, outputs, images }) => {
        const x = input('x', [images, ...image, groups * channels])
        const k = input('k', [...kernel, channels, groups * outputs])
        const options = { stride, padding, dilation, groups }
        const forward = conv2d(x, k, options)
        const y = input('y', forward.shape)
        const span = (axis: 0 | 1) =>
          (forward.shape[axis + 1] - 1) * stride[axis] - 2 * padding[axis] + dilation[axis] * (kernel[axis] - 1) + 1
        const outputPadding = [image[0] - span(0), image[1] - span(1)] as const
        if (!outputPadding.every((extra, axis) => extra < Math.max(stride[axis], dilation[axis]))) return
        const back = convTranspose2d(y, k, { ...options, outputPadding })
        expect(back.shape).toEqual(x.shape)
        const [xs, ks, ys] = [x, k, y].map(({ shape }, index) => scattered(sizeOf(shape), index))
        const [through, returned] = interpret(
          [forward, back],
          new Map([
            [x, xs],
            [k, ks],
            [y, ys],
          ]),
        )
        const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
          Array.from({ length: a.length }, (_, index) => a[index] * b[index]).reduce((sum, term) => sum + term, 0)
        expect(dot(through, ys)).toBeCloseTo(dot(xs, returned), 9)
      }),
      { numRuns: 40 },
    )
  })
})

describe('convolve', () => {
  it('walks forwards and backwards, also where it leaves the image', () => {
    const sign = fc.constantFrom(-2, -1, 1, 2)
    const cases = fc
      .record({
        stride: fc.tuple(sign, sign),
        dilation: fc.tuple(sign, sign),
        offset: pair(-3, 5),
        order: fc.constantFrom('images', 'positions'),
      })
      .map((walk) => ({
        shapes: [
          [2, 3, 4, 5, 2],
          [2, 2, 3, 2, 1],
        ],
        build: ([x, k]: readonly Tensor[]) => convolve(x, k, { size: [3, 2], ...walk }),
      }))
    fc.assert(derivativesAgree(cases), { numRuns: 20 })
  })
})
