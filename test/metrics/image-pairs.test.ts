import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { psnr } from '../../src/metrics/psnr.ts'
import { ssim } from '../../src/metrics/ssim.ts'
import { expected, images } from './formula.ts'

const gray = images([24, 20, 1], 3, 12, 0.2)
const grayReference = images([24, 20, 1], 3, 13, 0.1)

describe('the peak signal-to-noise ratio', () => {
  it('is that of scikit-image', () => {
    const { mean, values } = psnr(gray, grayReference)
    values.forEach((value, i) => expect(value).toBeCloseTo(expected.psnr[i], 6))
    expect(mean).toBeCloseTo(expected.psnr.reduce((a, b) => a + b) / 3, 6)
  })

  it('is infinite for equal images', () => {
    expect(psnr(gray, gray).mean).toBe(Infinity)
  })
})

describe('structural similarity', () => {
  it('is that of scikit-image', () => {
    ssim(gray, grayReference).values.forEach((value, i) => expect(value).toBeCloseTo(expected.ssim[i], 6))
  })

  it('is that of scikit-image in color', () => {
    const { values } = ssim(images([17, 16, 3], 2, 14, 0.3), images([17, 16, 3], 2, 15, 0.3))
    values.forEach((value, i) => expect(value).toBeCloseTo(expected.ssimColor[i], 6))
  })

  it('is 1 for equal images, and symmetric', () => {
    const shapes = fc.record({
      height: fc.integer({ min: 11, max: 16 }),
      width: fc.integer({ min: 11, max: 16 }),
      channels: fc.integer({ min: 1, max: 3 }),
      seed: fc.nat(1000),
    })
    fc.assert(
      fc.property(shapes, ({ height, width, channels, seed }) => {
        const [a, b] = [seed, seed + 1].map((of) => images([height, width, channels], 2, of, 0.5))
        expect(ssim(a, a).mean).toBeCloseTo(1, 9)
        expect(ssim(a, b).mean).toBeCloseTo(ssim(b, a).mean, 12)
      }),
      { numRuns: 20 },
    )
  })

  it('is refused of images smaller than the window', () => {
    const small = images([10, 30, 1], 1, 1, 0.1)
    expect(() => ssim(small, small)).toThrow('at least 11 x 11')
  })
})

describe('pairs', () => {
  it('are refused where the sets do not fit', () => {
    expect(() => psnr(gray, images([24, 20, 1], 2, 13, 0.1))).toThrow(
      '3 images of 24 x 20 x 1 and 2 images of 24 x 20 x 1 are no pairs',
    )
    expect(() => ssim(gray, images([20, 24, 1], 3, 13, 0.1))).toThrow('are no pairs')
  })
})
