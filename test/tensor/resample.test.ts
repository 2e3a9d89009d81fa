import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpret } from '../../src/runtime/interpreter.ts'
import {
  betweenMiddles,
  cubicShares,
  linearShares,
  resample,
  smoothShares,
} from '../../src/tensor/composite/resample.ts'
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

  it('cubic: shares sum to 1 and lie inside, and a line stays one where the axis grows away from its edges', () => {
    fc.assert(
      fc.property(extent, extent, (from, size) => {
        for (const near of cubicShares(betweenMiddles(from, size))) {
          expect(sumOf(near)).toBeCloseTo(1, 12)
          expect(near.every(({ index }) => index >= 0 && index < from)).toBe(true)
        }
      }),
    )
    const line = along(range(8), cubicShares(betweenMiddles(8, 16)))
    for (const output of range(16).slice(4, 12)) expect(line[output]).toBeCloseTo((output + 0.5) / 2 - 0.5, 12)
  })

  it('cubic: keeps what is as long already, and leaves nothing out when it shrinks by a whole factor', () => {
    const values = [3, 1, 4, 1, 5]
    expect(along(values, cubicShares(betweenMiddles(5, 5)))).toEqual(values)
    const seen = new Set(cubicShares(betweenMiddles(12, 4)).flatMap((near) => near.map(({ index }) => index)))
    expect(seen.size).toBe(12)
  })

  it("cubic: has the weights of MATLAB's imresize", () => {
    /** The weight of every input in an output. */
    const weights = (from: number, size: number, output: number): number[] => {
      const total = range(from).map(() => 0)
      for (const { index, share } of cubicShares(betweenMiddles(from, size))[output]) total[index] += share
      return total
    }
    const close = (actual: readonly number[], expected: readonly number[]) => {
      expect(actual).toHaveLength(expected.length)
      actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12))
    }
    // Halved: Keys's cubic at 0.25, 0.75, 1.25 and 1.75, by half.
    const [a, b, c, d] = [0.43359375, 0.11328125, -0.03515625, -0.01171875]
    close(weights(16, 8, 3), [0, 0, 0, d, c, b, a, a, b, c, d, 0, 0, 0, 0, 0])
    // At the edge the mirror image counts: inputs 0, 1, 2 once more.
    close(weights(16, 8, 0), [a + b, a + c, b + d, c, d, ...range(11).map(() => 0)])
    // By a third: the cubic at thirds, by a third.
    const thirds = [-1, -2, 0, 9, 21, 27, 21, 9, 0, -2, -1].map((weight) => weight / 81)
    close(weights(15, 5, 2), [0, 0, ...thirds, 0, 0])
    // imresize([10 6], [1 3]) gives 10.2778, 8, 5.7222.
    const grown = along([10, 6], cubicShares(betweenMiddles(2, 3)))
    close(grown, [10 + 5 / 18, 8, 6 - 5 / 18])
  })

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
