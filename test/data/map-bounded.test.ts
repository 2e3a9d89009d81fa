import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mapBounded } from '../../src/data/map-bounded.ts'

describe('mapBounded', () => {
  it('keeps the order, and never has more at work than it may', async () => {
    const delays = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(delays, fc.integer({ min: 1, max: 5 }), async (items, most) => {
        let atWork = 0
        let mostAtWork = 0
        const results = await mapBounded(items, most, async (delay, index) => {
          mostAtWork = Math.max(mostAtWork, ++atWork)
          await setTimeout(delay)
          atWork--
          return [delay, index]
        })
        expect(results).toEqual(items.map((delay, index) => [delay, index]))
        expect(mostAtWork).toBe(Math.min(most, items.length))
      }),
      { numRuns: 30 },
    )
  })

  it('throws the failure of the first item that fails, whichever comes first in time, and begins no more', async () => {
    const begun: number[] = []
    const mapping = mapBounded([0, 1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      begun.push(item)
      await setTimeout(item === 1 ? 20 : 1)
      if (item === 1 || item === 2) throw new Error(`item ${item}`)
    })
    await expect(mapping).rejects.toThrow('item 1')
    expect(begun.length).toBeLessThan(8)
  })
})
