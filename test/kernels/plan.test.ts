import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf } from '../../src/kernels/nest.ts'
import type { Block, Nest } from '../../src/kernels/nest.ts'
import { layOut, literalsOf, phasesOf, zeroedOf } from '../../src/kernels/phases.ts'
import { buildKernels } from '../../src/kernels/plan.ts'
import {
  add,
  concat,
  exp,
  gather,
  input,
  matmul,
  mul,
  neg,
  pad,
  reshape,
  sum,
  transpose,
} from '../../src/tensor/operations/index.ts'
import { range, sameShape } from '../../src/tensor/shape.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { simplify } from '../../src/tensor/simplify.ts'
import { exactGraphs } from '../runtime/exact-graphs.ts'
import { computation } from './computation.ts'
import { touchedBy } from './touched.ts'
import type { Elements } from './touched.ts'

/** Random graphs as the compiler gets them: some of the inputs are replaced in place, some results stand elsewhere. */
const computations = fc
  .tuple(exactGraphs(40), fc.array(fc.nat(1000), { minLength: 8, maxLength: 8 }), fc.boolean())
  .map(([{ tensors, inputs }, picks, simple]) => {
    const results = picks.slice(0, 3).map((pick) => tensors[tensors.length - 1 - (pick % tensors.length)])
    const updates = inputs.slice(0, 5).map((before, i) => {
      const like = tensors.filter(({ shape, dtype }) => dtype === before.dtype && sameShape(shape, before.shape))
      return [before, like[picks[3 + i] % like.length]] as const
    })
    const all = [...results, ...updates.map(([, after]) => after)]
    const simplified = simple ? simplify(all) : all
    return computation(
      simplified.slice(0, 3),
      updates.map(([before], i) => [before, simplified[3 + i]]),
    )
  })

const overlap = (a: Elements, b: Elements): string[] =>
  [...a].flatMap(([block, elements]) => {
    const other = b.get(block)
    return other && [...elements].some((element) => other.has(element)) ? [block.name] : []
  })

describe('the phases of a random program', () => {
  it('hold kernels that do not disturb each other, each after what it reads', () => {
    fc.assert(
      fc.property(computations, ({ inputs, outputs }) => {
        const phases = phasesOf(buildKernels({ inputs, outputs }))
        const known = new Map<Block, Set<number>>(
          [...inputs.values(), ...literalsOf(phases.flat()), ...zeroedOf(phases.flat())].map((block) => [
            block,
            new Set(range(block.size)),
          ]),
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
        const phases = phasesOf(buildKernels(computed))
        const { addressOf, bytes } = layOut(phases)
        const owner: (Block | undefined)[] = []
        const lastUse = new Map<Block, number>()
        const touched = phases.map((nests) => nests.map(touchedBy))
        touched.forEach((kernels, phase) => {
          for (const { reads, writes } of kernels)
            for (const block of [...reads.keys(), ...writes.keys()]) lastUse.set(block, phase)
        })
        const wordsOf = (block: Block) => {
          const address = addressOf.get(block) ?? NaN
          expect(address % 64).toBe(0)
          expect(address + block.size * bytesOf(block.dtype)).toBeLessThanOrEqual(bytes)
          return range(block.size).map((i) => address / 4 + i)
        }
        touched.forEach((kernels, phase) => {
          const temporaries = (which: 'reads' | 'writes') =>
            new Set(kernels.flatMap((kernel) => [...kernel[which].keys()]).filter(({ role }) => role === 'temporary'))
          for (const block of temporaries('writes')) {
            for (const word of wordsOf(block)) {
              const before = owner[word]
              if (before !== undefined && before !== block) expect(lastUse.get(before)).toBeLessThan(phase)
              owner[word] = block
            }
          }
          for (const block of temporaries('reads')) for (const word of wordsOf(block)) expect(owner[word]).toBe(block)
        })
      }),
      { numRuns: 150 },
    )
  })
})

const kernelsOf = (results: readonly Tensor[], updates: readonly (readonly [Tensor, Tensor])[] = []) =>
  buildKernels(computation(results, updates))
const storesOf = (nests: readonly Nest[]) =>
  nests.flatMap(({ body }) => body.stores.map(({ access: { offset, strides } }) => [offset, strides]))
const temporaries = (nests: readonly Nest[]) => [...layOut(phasesOf(nests)).addressOf.keys()]

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

  it('surrounds with zeros that stay, by writing what is inside in its place', () => {
    const nests = kernelsOf([matmul(pad(exp(x), [1, 2], [2, 1]), input('w', [11, 4]))])
    expect(nests.map(({ name }) => name)).toEqual(['elementwise', 'matmul'])
    expect(storesOf(nests.slice(0, 1))).toEqual([[13, [11, 1]]])
    expect(zeroedOf(nests).map(({ size }) => size)).toEqual([99])
    expect(temporaries(nests)).toHaveLength(0)
  })

  it('uses the memory of what is no longer needed', () => {
    const big = Array.from({ length: 8 }).reduce((value: Tensor) => matmul(value, input('w', [8, 8])), x)
    const nests = kernelsOf([sum(big)])
    expect(temporaries(nests)).toHaveLength(8)
    expect(layOut(phasesOf(nests)).bytes).toBeLessThanOrEqual(2 * 6 * 8 * 4)
  })

  it('keeps booleans and bytes between kernels as words', () => {
    const bytes = reshape(gather(input('images', [9, 4], 'u8'), input('rows', [6], 'i32')), [4, 6])
    const [block] = temporaries(kernelsOf([transpose(bytes)]))
    expect([block.dtype, bytesOf(block.dtype)]).toEqual(['i32', 4])
  })

  it('writes results straight to their places, and an update over the old value', () => {
    const state = input('state', [6, 8])
    const nests = kernelsOf([exp(x), sum(x)], [[state, add(state, mul(x, 2))]])
    expect(nests).toHaveLength(3)
    expect(temporaries(nests)).toEqual([])
  })
})
