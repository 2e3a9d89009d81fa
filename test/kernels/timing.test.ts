import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildKernels } from '../../src/kernels/plan.ts'
import { leanTimings, shortestTimings } from '../../src/kernels/timing.ts'
import { waitingAmong } from '../../src/kernels/waiting.ts'
import { computations, target } from './computation.ts'

describe('every timing of a random program', () => {
  it('lets each kernel run after all those for which it waits', () => {
    fc.assert(
      fc.property(computations, (computed) => {
        const waiting = waitingAmong(buildKernels(computed, target))
        for (const timing of [...shortestTimings(waiting), ...leanTimings(waiting)]) {
          expect(timing).toHaveLength(waiting.before.length)
          timing.forEach((phase, index) => {
            expect(phase).toBeGreaterThanOrEqual(0)
            for (const other of waiting.before[index]) expect(timing[other]).toBeLessThan(phase)
          })
        }
      }),
      { numRuns: 150 },
    )
  })
})
