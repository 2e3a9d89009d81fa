import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpret } from '../../src/runtime/interpreter.ts'
import { betweenMiddles, linearShares, resample, smoothShares } from '../../src/tensor/composite/resample.ts'
import type { Shares } from '../../src/tensor/composite/resample.ts'
import { upsampleBilinear } from '../../src/tensor/composite/index.ts'
import { input } from '../../src/tensor/operations/index.ts'
import { range } from '../../src/tensor/shape.ts'

const extent = fc.integer({ min: 1, max: 20 })
const sumOf = (near: Shares[number]) => near.reduce((sum, { share }) => sum + share, 0)

/** The outputs of one axis. */
function along(values: readonly number[], shares: Shares): number[] {
  const x = input('x', [values.length])
  return [...interpret([resample(x, 0, shares)], new Map([[x, values]]))[0]]
}

describe('resampling an axis', () => {
  it.each([
    ['linear', linearShares],
    ['smooth', smoothShares],
  ])('%s: shares sum to 1 and lie inside', (_name, sharesOf) =>
    fc.assert(
      fc.property(extent, extent, (from, size) => {
        const shares = sharesOf(betweenMiddles(from, size))
        expect(shares.length).toBe(size)
        for (const near of shares) {
          expect(sumOf(near)).toBeCloseTo(1, 12)
          expect(near.every(({ index, share }) => index >= 0 && index < from && share >= 0)).toBe(true)
        }
      }),
    ),
  )

  it('keeps what is as long already', () => {
    const values = [3, 1, 4, 1, 5]
    expect(along(values, linearShares(betweenMiddles(5, 5)))).toEqual(values)
    expect(along(values, smoothShares(betweenMiddles(5, 5)))).toEqual(values)
  })

  it('lets a smooth axis leave nothing out when it shrinks', () =>
    fc.assert(
      fc.property(extent, extent, (size, more) => {
        const seen = new Set(
          smoothShares(betweenMiddles(size + more, size)).flatMap((near) => near.map(({ index }) => index)),
        )
        expect(seen.size).toBe(size + more)
      }),
    ))

  // torch.nn.functional.interpolate(x, mode='bilinear', antialias=True) of PyTorch 2.15.
  it('agrees with PyTorch when an axis shrinks', () => {
    const values = [0.5488135, 0.4236548, 0.96366274, 0.56804454, 0.0202184]
    const close = (actual: readonly number[], expected: readonly number[]) =>
      actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 6))
    close(along(values, smoothShares(betweenMiddles(5, 3))), [0.49517408, 0.7557458, 0.25500107])
  })

  it('agrees with the upsampling of whole factors along any axis', () =>
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 4 }), (factor, side) => {
        const x = input('x', [2, side, side + 1, 3])
        const both = resample(
          resample(x, 1, linearShares(betweenMiddles(side, side * factor))),
          2,
          linearShares(betweenMiddles(side + 1, (side + 1) * factor)),
        )
        const values = range(2 * side * (side + 1) * 3).map((i) => Math.sin(i))
        const [actual, expected] = interpret([both, upsampleBilinear(x, factor)], new Map([[x, values]]))
        actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12))
      }),
    ))
})
