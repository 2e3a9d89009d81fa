import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durationText, fixedText, quantityText } from '../../../src/cli/terminal/number-text.ts'

const number = fc.double({ noNaN: true, noDefaultInfinity: true })

describe('quantityText', () => {
  it.each([
    [0, '0.00'],
    [8.534, '8.53'],
    [9.999, '10.0'],
    [85.34, '85.3'],
    [99.96, '100'],
    [853, '853'],
    [999.7, '1.00k'],
    [12345, '12.3k'],
    [999_960, '1.00M'],
    [1.5e9, '1.50G'],
    [NaN, '-'],
    [Infinity, '-'],
  ])('writes %d as %s', (value, text) => {
    expect(quantityText(value)).toBe(text)
  })

  it('is at most five characters wide and right to half a percent', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 9.99e14, noNaN: true }), (value) => {
        const text = quantityText(value)
        const power = ['', 'k', 'M', 'G', 'T'].indexOf(text.replace(/[\d.]/g, ''))
        expect(text.length).toBeLessThanOrEqual(5)
        expect(Math.abs((Number.parseFloat(text) * 1000 ** power) / value - 1)).toBeLessThanOrEqual(0.00501)
      }),
    )
  })
})

describe('fixedText', () => {
  it.each([
    [0.6523, '0.652'],
    [-0.6523, '-0.652'],
    [9.9996, '10.00'],
    [-99.996, '-100.0'],
    [999.97, '1.00k'],
    [-12345, '-12.3k'],
    [1e30, '1e30'],
  ])('writes %d as %s', (value, text) => {
    expect(fixedText(value)).toBe(text)
  })

  it('is at most six characters wide, whatever the number', () => {
    fc.assert(fc.property(number, (value) => fixedText(value).length <= 6))
  })
})

describe('durationText', () => {
  it.each([
    [0, '0:00'],
    [5, '0:05'],
    [64.6, '1:05'],
    [59.7, '1:00'],
    [3599.6, '1:00:00'],
    [7384, '2:03:04'],
    [43_500, '12h 05m'],
    [86_399.9, '1d 00h'],
    [273_600, '3d 04h'],
    [8_640_000, '100d'],
    [-3, '0:00'],
    [NaN, '-:--'],
    [Infinity, '-:--'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text)
  })

  it('is at most seven characters wide', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 1e10, noNaN: true }), (value) => durationText(value).length <= 7))
  })
})
