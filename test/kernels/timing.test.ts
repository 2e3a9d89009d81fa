import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildKernels } from '../../src/kernels/plan.ts'
import { leanTimings, shortestTimings } from '../../src/kernels/timing.ts'
import { dependenciesAmong } from '../../src/kernels/dependencies.ts'
import { computations, target } from './computation.ts'

describe('every timing of a random program', () => {
  it('lets each kernel run after all those that it depends on', () => {
    fc.assert(
      fc.property(computations, (computed) => {
        const dependencies = dependenciesAmong(buildKernels(computed, target))
        for (const timing of [...shortestTimings(dependencies), ...leanTimings(dependencies)]) {
          expect(timing).toHaveLength(dependencies.before.length)
          timing.forEach((phase, index) => {
            expect(phase).toBeGreaterThanOrEqual(0)
            for (const other of dependencies.before[index]) expect(timing[other]).toBeLessThan(phase)
          })
        }
      }),
      { numRuns: 150 },
    )
  })
})
