import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Block, Nest } from '../../src/kernels/nest.ts'
import { layOut, phasesOf } from '../../src/kernels/phases.ts'
import { buildKernels } from '../../src/kernels/plan.ts'
import { add, input, matmul } from '../../src/tensor/operations/index.ts'
import { computation, target } from './computation.ts'

const block: Block = { name: 'whole', dtype: 'f32', size: 1e6, role: 'temporary', values: [] }

/** A kernel that writes one number along each of these strides. */
const writer = (offset: number, walk: readonly { readonly extent: number; readonly stride: number }[]): Nest => ({
  name: 'writer',
  space: walk.map(({ extent }) => extent),
  producer: null,
  body: {
    values: [{ kind: 'constant', value: 1, dtype: 'f32' }],
    stores: [{ value: 0, access: { block, offset, strides: walk.map(({ stride }) => stride) } }],
  },
})

function elementsOf(nest: Nest): Set<number> {
  const { offset, strides } = nest.body.stores[0].access
  const all = strides.reduce(
    (found, stride, axis) => found.flatMap((at) => Array.from({ length: nest.space[axis] }, (_, i) => at + i * stride)),
    [offset],
  )
  return new Set(all)
}

describe('phasesOf', () => {
  it('never lets two kernels write the same element at the same time, wherever they walk', () => {
    const walk = fc.array(
      fc.record({ extent: fc.integer({ min: 1, max: 4 }), stride: fc.integer({ min: 1, max: 24 }) }),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    const kernel = fc.tuple(fc.integer({ min: 0, max: 40 }), walk)
    fc.assert(
      fc.property(kernel, kernel, (one, other) => {
        const nests = [writer(...one), writer(...other)]
        const [a, b] = nests.map(elementsOf)
        const meets = [...a].some((element) => b.has(element))
        if (meets) expect(phasesOf(nests, target)).toHaveLength(2)
      }),
      { numRuns: 2000 },
    )
  })

  it('lets the four parts of an image whose rows and columns are interleaved be written together', () => {
    const [images, height, width, channels] = [3, 4, 5, 7]
    const parts = [0, 1].flatMap((row) =>
      [0, 1].map((column) =>
        writer((row * 2 * width + column) * channels, [
          { extent: images, stride: 4 * height * width * channels },
          { extent: height, stride: 4 * width * channels },
          { extent: width, stride: 2 * channels },
          { extent: channels, stride: 1 },
        ]),
      ),
    )
    expect(phasesOf(parts, target)).toHaveLength(1)
  })

  /** Two chains that nothing but their short ends brings together, each by way of so many numbers. */
  const twoChains = (width: number) => {
    const [one, other] = ['one', 'other'].map((name) => {
      const wide = matmul(input(`${name} start`, [8, 8]), input(`${name} up`, [8, width / 8]))
      return matmul(wide, input(`${name} down`, [width / 8, 8]))
    })
    return buildKernels(computation([matmul(add(one, other), input('end', [8, 8]))]), target)
  }

  it('takes one chain after the other where that saves much memory', () => {
    const bytes = 8 * 2 ** 20
    expect(layOut(phasesOf(twoChains(bytes / 4), target), target).bytes).toBeLessThan(bytes + 2 ** 16)
  })

  it('lets chains run side by side where they are short', () => {
    const bytes = 2 ** 20
    const phases = phasesOf(twoChains(bytes / 4), target)
    expect(phases.map((kernels) => kernels.length)).toContain(2)
    expect(layOut(phases, target).bytes).toBeGreaterThan(2 * bytes)
  })
})
