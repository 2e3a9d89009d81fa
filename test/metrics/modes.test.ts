import { describe, expect, it } from 'vitest'
import { drawToy } from '../../src/data/toys.ts'
import { modeShares, pointModes } from '../../src/metrics/modes.ts'

describe('modeShares', () => {
  it('counts modes with a sample, and how far shares are from the real ones', () => {
    expect(modeShares([5, 5, 5, 5], [1, 1, 1, 1])).toEqual({ modes: 4, covered: 4, divergence: 0 })
    // All in one of four: log 4. Half and half of two: log 2.
    expect(modeShares([7, 0, 0, 0], [1, 1, 1, 1])).toMatchObject({ covered: 1, divergence: Math.log(4) })
    expect(modeShares([3, 0, 3, 0], [2, 2, 2, 2]).divergence).toBeCloseTo(Math.log(2), 12)
    expect(modeShares([1, 3], [3, 1]).divergence).toBeCloseTo(0.25 * Math.log(1 / 3) + 0.75 * Math.log(3), 12)
  })

  it('takes no notice of modes that real data have not', () => {
    expect(modeShares([4, 4, 9], [1, 1, 0])).toEqual({ modes: 2, covered: 2, divergence: 0 })
  })
})

describe('pointModes', () => {
  const { points, count, modes } = drawToy('ring', 'test')
  if (modes === null) throw new Error('a ring has modes')

  it('finds all of real points, and 98.9 of 100 within three deviations, as Rayleigh has it', () => {
    const found = pointModes({ values: points, count, size: 2 }, modes)
    expect(found).toMatchObject({ modes: 8, covered: 8 })
    expect(found.near).toBeCloseTo(1 - Math.exp(-4.5), 2)
    expect(found.divergence).toBeLessThan(1e-3)
    expect(found.spread).toBeCloseTo(1, 2)
  })

  it('sees that points are drawn together about their means', () => {
    const narrow = points.map((value, at) => {
      const center = modes.centers[Math.floor(at / 2) % 8][at % 2]
      return center + (value - center) / 2
    })
    const { near, spread } = pointModes({ values: narrow, count, size: 2 }, modes)
    // Hardly any point is cut off any more: so the whole deviation, of which real points within three deviations have 0.9744.
    expect(near).toBeGreaterThan(0.9999)
    expect(spread).toBeCloseTo(0.5 / 0.9744, 2)
  })

  it('finds none where points lie between the modes', () => {
    expect(pointModes({ values: new Float32Array(20), count: 10, size: 2 }, modes)).toEqual({
      modes: 8,
      covered: 0,
      near: 0,
      spread: null,
      divergence: null,
    })
  })

  it('finds the one mode of a generator that has lost the others', () => {
    const lost = points.filter((_, at) => Math.floor(at / 2) % 8 === 3)
    expect(pointModes({ values: lost, count: lost.length / 2, size: 2 }, modes)).toMatchObject({ covered: 1 })
  })
})
