import { beforeAll, describe, expect, it } from 'vitest'
import { loadMnist } from '../../src/data/mnist-node.ts'
import type { ImageSource } from '../../src/data/source.ts'
import { loadStackedMnist } from '../../src/data/stacked-mnist-node.ts'

let stacked: ImageSource
let digits: ImageSource
beforeAll(async () => {
  stacked = await loadStackedMnist('test')
  digits = await loadMnist('test')
})

describe('stacked-mnist', () => {
  it('is 26,000 pictures to test of all 1000 classes, as in PacGAN', () => {
    expect(stacked).toMatchObject({ name: 'stacked-mnist test', count: 26_000, shape: [28, 28, 3] })
    const counts = Array<number>(1000).fill(0)
    for (const label of stacked.labels ?? []) counts[label]++
    expect(Math.min(...counts)).toBeGreaterThan(5)
    expect(stacked.classes?.[407]).toBe('407')
  })

  it('shows digits of MNIST in each color, and is labelled with what they are', () => {
    const known = new Map<string, number>()
    const key = (pixels: Uint8Array) => Buffer.from(pixels).toString('latin1')
    for (let digit = 0; digit < digits.count; digit++) {
      known.set(key(digits.images.subarray(784 * digit, 784 * (digit + 1))), digits.labels?.[digit] ?? -1)
    }
    for (let index = 0; index < stacked.count; index += 101) {
      const image = stacked.images.subarray(2352 * index, 2352 * (index + 1))
      const shown = [0, 1, 2].map((color) => known.get(key(image.filter((_, at) => at % 3 === color))))
      expect(Number(shown.join(''))).toBe(stacked.labels?.[index])
    }
  })

  it('pairs digits as independent ones would be: knowing two tells nothing of the third', () => {
    const share = (matches: (label: number) => boolean) =>
      (stacked.labels ?? new Uint8Array()).filter((label) => matches(label)).length / stacked.count
    const ones = (digits.labels ?? []).filter((label) => label === 1).length / digits.count
    expect(share((label) => label % 10 === 1)).toBeCloseTo(ones, 1)
    expect(share((label) => label === 111)).toBeCloseTo(ones ** 3, 2)
    expect(share((label) => Math.floor(label / 100) === label % 10)).toBeCloseTo(0.1, 1)
  })

  it('uses every digit of every color equally often', () => {
    // The test part goes 2.6 times through 10,000 digits: 2 or 3 times through each.
    const seen = new Map<string, number>()
    for (let index = 0; index < 20_000; index++) {
      const key = Buffer.from(
        stacked.images.subarray(2352 * index, 2352 * (index + 1)).filter((_, at) => at % 3 === 0),
      ).toString('latin1')
      seen.set(key, (seen.get(key) ?? 0) + 1)
    }
    expect(seen.size).toBeGreaterThan(9990)
    expect([...seen.values()].filter((count) => count !== 2).length).toBeLessThan(20)
  })

  it('is the same for everybody', async () => {
    expect((await loadStackedMnist('test')).fingerprint()).toBe(stacked.fingerprint())
  })
})
