import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesIn } from '../../src/kernels/nest.ts'
import type { Block, Nest } from '../../src/kernels/nest.ts'
import { layOut, literalsOf, phasesOf } from '../../src/kernels/phases.ts'
import { buildKernels } from '../../src/kernels/plan.ts'
import {
  add,
  concat,
  exp,
  gather,
  input,
  less,
  matmul,
  mul,
  neg,
  pad,
  reshape,
  sum,
  transpose,
  where,
} from '../../src/tensor/operations/index.ts'
import { range } from '../../src/tensor/shape.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { computation, computations, target } from './computation.ts'
import { touchedBy } from './touched.ts'
import type { Elements } from './touched.ts'

const overlap = (a: Elements, b: Elements): string[] =>
  [...a].flatMap(([block, elements]) => {
    const other = b.get(block)
    return other && [...elements].some((element) => other.has(element)) ? [block.name] : []
  })

describe('the phases of a random program', () => {
  it('hold kernels that do not disturb each other, each after what it reads', () => {
    fc.assert(
      fc.property(computations, ({ inputs, outputs }) => {
        const phases = phasesOf(buildKernels({ inputs, outputs }, target), target)
        const known = new Map<Block, Set<number>>(
          [...inputs.values(), ...literalsOf(phases.flat())].map((block) => [block, new Set(range(block.size))]),
        )
        for (const nests of phases) {
          const touched = nests.map(touchedBy)
          touched.forEach((mine, i) => {
            for (const [block, elements] of mine.reads) {
              expect(
                [...elements].every((element) => known.get(block)?.has(element)),
                `${nests[i].name} reads ${block.name}`,
              ).toBe(true)
            }
            for (const other of touched.filter((_, j) => j !== i)) {
              expect(overlap(mine.writes, other.reads)).toEqual([])
              expect(overlap(mine.writes, other.writes)).toEqual([])
            }
          })
          for (const { writes } of touched) {
            for (const [block, elements] of writes)
              known.set(block, new Set([...(known.get(block) ?? []), ...elements]))
          }
        }
        for (const { block } of outputs) expect(known.get(block)?.size).toBe(block.size)
      }),
      { numRuns: 150 },
    )
  })

  it('find every temporary at a place that nobody else needs while it lives', () => {
    fc.assert(
      fc.property(computations, (computed) => {
        const phases = phasesOf(buildKernels(computed, target), target)
        const { addressOf, bytes } = layOut(phases, target)
        const owner: (Block | undefined)[] = []
        const lastUse = new Map<Block, number>()
        const touched = phases.map((nests) => nests.map(touchedBy))
        touched.forEach((kernels, phase) => {
          for (const { reads, writes } of kernels)
            for (const block of [...reads.keys(), ...writes.keys()]) lastUse.set(block, phase)
        })
        const bytesOfBlock = (block: Block) => {
          const address = addressOf.get(block) ?? NaN
          expect(address % 64).toBe(0)
          expect(address + bytesIn(block)).toBeLessThanOrEqual(bytes)
          return range(bytesIn(block)).map((i) => address + i)
        }
        touched.forEach((kernels, phase) => {
          const temporaries = (which: 'reads' | 'writes') =>
            new Set(kernels.flatMap((kernel) => [...kernel[which].keys()]).filter(({ role }) => role === 'temporary'))
          for (const block of temporaries('writes')) {
            for (const byte of bytesOfBlock(block)) {
              const before = owner[byte]
              if (before !== undefined && before !== block) expect(lastUse.get(before)).toBeLessThan(phase)
              owner[byte] = block
            }
          }
          for (const block of temporaries('reads'))
            expect(bytesOfBlock(block).every((byte) => owner[byte] === block)).toBe(true)
        })
      }),
      { numRuns: 150 },
    )
  })
})

const kernelsOf = (results: readonly Tensor[], updates: readonly (readonly [Tensor, Tensor])[] = []) =>
  buildKernels(computation(results, updates), target)
const storesOf = (nests: readonly Nest[]) =>
  nests.flatMap(({ body }) => body.stores.map(({ access: { offset, strides } }) => [offset, strides]))
const temporaries = (nests: readonly Nest[]) => [...layOut(phasesOf(nests, target), target).addressOf.keys()]

describe('the memory plan', () => {
  const x = input('x', [6, 8])

  it('lets parts of a concatenation be computed where they will stand', () => {
    const joined = concat([exp(x), matmul(x, input('w', [8, 8])), gather(x, input('rows', [3], 'i32'))])
    const nests = kernelsOf([sum(joined, { axes: [0] }), sum(neg(joined), { axes: [1] })])
    expect(nests.map(({ name }) => name)).toEqual(['elementwise', 'matmul', 'gather', 'reduce', 'reduce'])
    expect(temporaries(nests)).toHaveLength(1)
    expect(nests.slice(0, 3).map(({ body }) => body.stores[0].access.offset)).toEqual([0, 48, 96])
  })

  it('lets kernels write parts that stand in columns, or come twice, and copies what is only seen', () => {
    const part = exp(x)
    const columns = kernelsOf([concat([part, neg(x)], 1)])
    expect(columns.map(({ name }) => name)).toEqual(['elementwise', 'elementwise', 'copy'])
    expect(storesOf(columns.slice(0, 2))).toEqual([
      [0, [16, 1]],
      [8, [16, 1]],
    ])
    const twice = kernelsOf([matmul(concat([part, part, x]), input('w', [8, 1]))])
    expect(twice.map(({ name }) => name)).toEqual(['elementwise', 'copy', 'matmul'])
    expect(twice[0].body.stores.map(({ access }) => access.offset)).toEqual([0, 48])
  })

  it('lets what is inside of a whole that is inside of another be written straight there', () => {
    const rows = concat([reshape(exp(x), [6, 1, 8]), reshape(neg(x), [6, 1, 8])], 1)
    const wide = concat([reshape(rows, [12, 1, 8]), input('y', [12, 1, 8])], 1)
    const nests = kernelsOf([matmul(reshape(wide, [12, 16]), input('w', [16, 4]))])
    expect(nests.map(({ name }) => name)).toEqual(['elementwise', 'elementwise', 'copy', 'matmul'])
    expect(storesOf(nests.slice(0, 2))).toEqual([
      [0, [32, 1]],
      [16, [32, 1]],
    ])
    expect(temporaries(nests)).toHaveLength(1)
  })

  it('surrounds with zeros in the same phase, around what its kernel writes in its place', () => {
    const nests = kernelsOf([matmul(pad(exp(x), [1, 2], [1, 1]), input('w', [11, 4]))])
    expect(phasesOf(nests, target).map((phase) => phase.map(({ name }) => name))).toEqual([
      ['elementwise', 'fill', 'fill', 'fill'],
      ['matmul'],
    ])
    expect(storesOf(nests)).toEqual([
      [13, [11, 1]],
      // The rows above and below, then two columns on the left, one on the right.
      [0, [1]],
      [77, [1]],
      [11, [11, 1]],
      [21, [11]],
      [0, [4, 1]],
    ])
    expect(temporaries(nests).map(({ size }) => size)).toEqual([88])
  })

  it('lets what is padded be read between its zeros, rather than store it twice', () => {
    const inside = exp(x)
    const padded = pad(inside, [1, 1], [1, 1])
    const nests = kernelsOf([matmul(padded, input('w', [10, 4])), sum(inside, { axes: [0] })])
    expect(temporaries(nests).map(({ size }) => size)).toEqual([80])
    // Rows of it that are joined stand nowhere: they need a place of their own.
    const joined = kernelsOf([
      matmul(padded, input('w', [10, 4])),
      matmul(reshape(inside, [2, 24]), input('v', [24, 1])),
    ])
    expect(temporaries(joined).map(({ size }) => size)).toEqual([80, 48])
  })

  it('writes once what is reshaped twice into an order in which it stands nowhere', () => {
    const columns = transpose(exp(x))
    const seen = [reshape(columns, [4, 12]), reshape(columns, [2, 24])]
    const nests = kernelsOf(seen.map((part, i) => matmul(part, input('w', [[12, 24][i], 1]))))
    expect(nests.map(({ name }) => name)).toEqual(['elementwise', 'matmul', 'matmul'])
    expect(temporaries(nests).map(({ size }) => size)).toEqual([48])
  })

  it('begins late what is not needed for long', () => {
    const wide = matmul(input('start', [8, 8]), input('up', [8, 4096]))
    const narrow = matmul(wide, input('down', [4096, 8]))
    const other = matmul(input('other', [8, 8]), input('aside', [8, 4096]))
    const phases = phasesOf(kernelsOf([matmul(narrow, other)]), target)
    expect(phases.map((phase) => phase.length)).toEqual([1, 2, 1])
    const large = 8 * 4096 * 4
    expect(layOut(phases, target).bytes).toBe(2 * large + 8 * 8 * 4)
    const later = matmul(matmul(narrow, input('square', [8, 8])), other)
    expect(layOut(phasesOf(kernelsOf([later]), target), target).bytes).toBe(large + 2 * 8 * 8 * 4)
  })

  it('uses the memory of what is no longer needed', () => {
    const big = Array.from({ length: 8 }).reduce((value: Tensor) => matmul(value, input('w', [8, 8])), x)
    const nests = kernelsOf([sum(big)])
    expect(temporaries(nests)).toHaveLength(8)
    expect(layOut(phasesOf(nests, target), target).bytes).toBeLessThanOrEqual(2 * 6 * 8 * 4)
  })

  it('keeps bytes between kernels as words, and booleans as bytes', () => {
    const bytes = reshape(gather(input('images', [9, 4], 'u8'), input('rows', [6], 'i32')), [4, 6])
    const [words] = temporaries(kernelsOf([transpose(bytes)]))
    expect([words.dtype, bytesIn(words)]).toEqual(['i32', 4 * 24])
    const isPositive = less(0, matmul(x, input('w', [8, 8])))
    const [masks] = temporaries(kernelsOf([where(transpose(isPositive), input('y', [8, 6]), 0)]))
    expect([masks.dtype, bytesIn(masks)]).toEqual(['mask', 48])
  })

  it('writes results straight to their places, and an update over the old value', () => {
    const state = input('state', [6, 8])
    const nests = kernelsOf([exp(x), sum(x)], [[state, add(state, mul(x, 2))]])
    expect(nests).toHaveLength(3)
    expect(temporaries(nests)).toEqual([])
  })
})
