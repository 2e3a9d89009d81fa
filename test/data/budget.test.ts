import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { budget } from '../../src/data/budget.ts'

describe('budget', () => {
  it('never has more under way than it may, but for what is more alone, and does all of it', async () => {
    const works = fc.array(fc.record({ cost: fc.nat(15), turns: fc.nat(4), fails: fc.boolean() }), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(works, async (all) => {
        const within = budget(10)
        let spent = 0
        let running = 0
        const results = await Promise.allSettled(
          all.map(({ cost, turns, fails }) =>
            within(cost, async () => {
              spent += cost
              running++
              expect(spent <= 10 || spent === cost).toBe(true)
              for (let turn = 0; turn < turns; turn++) await Promise.resolve()
              spent -= cost
              running--
              if (fails) throw new Error('failed')
              return cost
            }),
          ),
        )
        expect(results.map(({ status }) => status)).toEqual(all.map(({ fails }) => (fails ? 'rejected' : 'fulfilled')))
        expect(running).toBe(0)
      }),
    )
  })
})
