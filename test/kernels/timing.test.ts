import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layOut, phasesOf } from '../../src/kernels/phases.ts'
import { buildKernels } from '../../src/kernels/plan.ts'
import { leanTimings, shortestTimings } from '../../src/kernels/timing.ts'
import { waitingAmong } from '../../src/kernels/waiting.ts'
import { add, input, matmul } from '../../src/tensor/operations/index.ts'
import { computation, computations } from './computation.ts'

describe('every timing of a random program', () => {
  it('lets each kernel run after all those for which it waits', () => {
    fc.assert(
      fc.property(computations, (computed) => {
        const waiting = waitingAmong(buildKernels(computed))
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

describe('phasesOf', () => {
  /** Two chains that nothing but their short ends brings together, each by way of so many numbers. */
  const twoChains = (width: number) => {
    const [one, other] = ['one', 'other'].map((name) => {
      const wide = matmul(input(`${name} start`, [8, 8]), input(`${name} up`, [8, width / 8]))
      return matmul(wide, input(`${name} down`, [width / 8, 8]))
    })
    return buildKernels(computation([matmul(add(one, other), input('end', [8, 8]))]))
  }

  it('takes one chain after the other where that saves much memory', () => {
    const bytes = 8 * 2 ** 20
    expect(layOut(phasesOf(twoChains(bytes / 4))).bytes).toBeLessThan(bytes + 2 ** 16)
  })

  it('lets chains run side by side where they are short', () => {
    const bytes = 2 ** 20
    const phases = phasesOf(twoChains(bytes / 4))
    expect(phases.map((kernels) => kernels.length)).toContain(2)
    expect(layOut(phases).bytes).toBeGreaterThan(2 * bytes)
  })
})
