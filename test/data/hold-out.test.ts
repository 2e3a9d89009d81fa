import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holdOut } from '../../src/data/hold-out.ts'
import { createPoints, createSource, createStored } from '../../src/data/source.ts'
import { drawToy } from '../../src/data/toys.ts'

/** Image i is of pixels 2 i and 2 i + 1, and of class i / 10. */
const sourceOf = (count: number) =>
  createSource({
    name: 'numbers',
    shape: [1, 2, 1],
    images: Uint8Array.from({ length: 2 * count }, (_, index) => index),
    labels: Uint8Array.from({ length: count }, (_, index) => Math.floor(index / 10)),
    classes: null,
  })

describe('held-out samples', () => {
  it('and those to learn from are all of them, each once, with its label, in the order of the data', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 120 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (count, share) => {
          const held = Math.min(count - 1, Math.ceil(share * count))
          const { train, test } = holdOut(sourceOf(count), held)
          expect([train.count, test.count]).toEqual([count - held, held])
          const rowsOf = ({ images }: typeof train) =>
            [...images].filter((_, at) => at % 2 === 0).map((pixel) => pixel / 2)
          expect([...rowsOf(train), ...rowsOf(test)].toSorted((a, b) => a - b)).toEqual(
            Array.from({ length: count }, (_, i) => i),
          )
          for (const part of [train, test]) {
            const rows = rowsOf(part)
            expect(rows).toEqual(rows.toSorted((a, b) => a - b))
            expect([...(part.labels ?? [])]).toEqual(rows.map((row) => Math.floor(row / 10)))
          }
        },
      ),
    )
  })

  it('are a tenth unless told, the same ones every time', () => {
    const [one, again] = [holdOut(sourceOf(95)), holdOut(sourceOf(95))]
    expect(one.test.count).toBe(9)
    expect(again.test.fingerprint()).toBe(one.test.fingerprint())
    expect(one.train.fingerprint()).not.toBe(sourceOf(95).fingerprint())
  })

  it('are drawn at random, whatever comes around in the data', () => {
    // Every tenth point would be of the same five classes of 25.
    const { test } = holdOut(drawToy('grid', 'test'), 1000)
    const counts = new Map<number, number>()
    for (const label of test.labels ?? []) counts.set(label, (counts.get(label) ?? 0) + 1)
    expect(counts.size).toBe(25)
    expect(Math.min(...counts.values())).toBeGreaterThan(15)
  })

  it('of points are points with their modes', () => {
    const ring = drawToy('ring', 'test')
    const { train, test } = holdOut(ring, 10)
    expect(test).toMatchObject({ kind: 'points', count: 10, modes: ring.modes })
    if (train.kind !== 'points' || test.kind !== 'points') throw new Error('no longer points')
    const all = new Set(Array.from({ length: ring.count }, (_, i) => ring.points.subarray(2 * i, 2 * i + 2).join(' ')))
    for (const { points } of [train, test]) expect(all.has(points.subarray(0, 2).join(' '))).toBe(true)
    expect(createPoints({ ...test, points: test.points }).fingerprint()).toBe(test.fingerprint())
  })

  it('of stored images are read from where they are', async () => {
    const { images, kind: _, ...held } = sourceOf(50)
    const read = async (rows: ArrayLike<number>) =>
      Uint8Array.from(Array.from(rows).flatMap((row) => [...images.subarray(2 * row, 2 * row + 2)]))
    const stored = createStored({ ...held, contents: 'all', store: { mostHeld: 20, read } })
    const { train, test } = holdOut(stored, 7)
    const inMemory = holdOut(sourceOf(50), 7)
    if (train.kind !== 'stored' || test.kind !== 'stored') throw new Error('no longer stored')
    expect(await train.store.read(Array.from({ length: 43 }, (_, i) => i))).toEqual(inMemory.train.images)
    expect(await test.store.read([2, 6])).toEqual(
      Uint8Array.of(...inMemory.test.images.subarray(4, 6), ...inMemory.test.images.subarray(12, 14)),
    )
    expect(train.store.mostHeld).toBe(20)
    expect(new Set([stored, train, test].map((source) => source.fingerprint())).size).toBe(3)
  })

  it('are refused where nothing would be held back, or nothing be left', () => {
    expect(() => holdOut(sourceOf(9))).toThrow('numbers has 9 samples, of which none can be held back')
    expect(() => holdOut(sourceOf(9), 9)).toThrow('of which 9 cannot be held back')
  })
})
