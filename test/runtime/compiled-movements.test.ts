import fc from 'fast-check'
import { describe, it } from 'vitest'
import * as t from '../../src/tensor/operations/index.ts'
import type { DType } from '../../src/tensor/tensor.ts'
import { anyLayout, assertAgreement, assertAll, between, operand, shapes, wholeNumbers } from './operands.ts'
import type { Feed } from './operands.ts'

describe('movements', () => {
  const dtypes = fc.constantFrom<DType[]>('f32', 'i32', 'u8', 'bool')
  const numbersOf: Record<DType, (i: number) => number> = {
    f32: between(-1, 1),
    i32: wholeNumbers,
    u8: (i) => (i * 89) % 256,
    bool: (i) => ((i * 5) % 3) % 2,
  }

  it('join, surround and cut along any axis', async () => {
    await assertAll(fc.tuple(shapes(1), anyLayout, dtypes, fc.nat(3)), async ([shape, layout, dtype, wished]) => {
      const axis = wished % shape.length
      const x = operand(shape, layout, numbersOf[dtype], dtype)
      const y = operand(
        shape.map((extent, i) => (i === axis ? 3 : extent)),
        'plain',
        numbersOf[dtype],
        dtype,
      )
      const joined = t.concat([x.tensor, y.tensor, x.tensor], axis)
      const padded = t.pad(
        x.tensor,
        shape.map((_, i) => i % 2),
        shape.map((_, i) => (i === axis ? 2 : 0)),
      )
      await assertAgreement(
        [
          joined,
          padded,
          t.sliceAxis(joined, axis, 1, 2),
          x.tensor,
          t.reshape(t.transpose(t.reshape(joined, [-1, 1])), [-1]),
        ],
        [x.feed, y.feed],
      )
    })
  })

  it('join what was computed, in place or not', async () => {
    const { tensor: x, feed } = operand([6, 8], 'plain', wholeNumbers)
    const doubled = t.mul(x, 2)
    const rows = t.concat([doubled, t.add(x, 1), doubled, t.transpose(t.reshape(doubled, [8, 6]), [1, 0])])
    await assertAgreement([rows, t.concat([doubled, t.neg(x)], 1), t.sum(rows), t.add(rows, 1), doubled], [feed])
    await assertAgreement(
      [
        t.concat([rows, t.concat([t.neg(x), rows])]),
        t.concat([t.concat([doubled, x], 1), t.concat([x, t.add(x, 5)], 1)]),
      ],
      [feed],
    )
  })

  it('give out views, constants and tables', async () => {
    const { tensor: x, feed } = operand([6, 8], 'plain', wholeNumbers)
    await assertAgreement(
      [
        x,
        x,
        t.transpose(x),
        t.slice(x, [1, 2], [3, 4]),
        t.broadcast(x, [2, 6, 8]),
        t.reshape(t.transpose(x), [12, 4]),
        t.constant(3),
        t.broadcast(t.constant(2, 'i32'), [3, 4]),
        t.broadcast(t.constant(1, 'bool'), [5]),
        t.literal([1, 2, 3]),
        t.iota(19),
        t.literal([1, 0, 1], [3], 'bool'),
        t.literal([1, 200, 3], [3], 'u8'),
        t.stopGradient(x),
      ],
      [feed],
    )
  })
})

describe('tables', () => {
  const indices = fc.array(fc.integer({ min: -3, max: 14 }), { minLength: 1, maxLength: 40 })

  it('are read by row, also outside', async () => {
    await assertAll(
      fc.tuple(shapes(1, 4), anyLayout, fc.constantFrom<DType[]>('f32', 'i32', 'u8', 'bool'), indices),
      async ([shape, layout, dtype, rows]) => {
        const { tensor, feed } = operand(shape, layout, (i) => (i * 89) % (dtype === 'bool' ? 2 : 256), dtype)
        const chosen: Feed = [t.input('rows', [rows.length], 'i32'), rows]
        const picked = t.gather(tensor, chosen[0])
        const number = dtype === 'f32' ? picked : t.cast(picked, 'f32')
        await assertAgreement(
          [picked, t.mul(number, 0.5), t.sum(number, { axes: [0] }), t.reshape(number, [-1])],
          [feed, chosen],
        )
      },
      60,
    )
  })

  it('are summed by row, in order', async () => {
    await assertAll(fc.tuple(shapes(0, 3), indices, fc.integer({ min: 1, max: 40 })), async ([shape, rows, size]) => {
      const { tensor, feed } = operand([rows.length, ...shape], 'plain', wholeNumbers)
      const chosen: Feed = [t.input('rows', [rows.length], 'i32'), rows]
      const total = t.scatterAdd(chosen[0], tensor, size)
      await assertAgreement([total, t.add(t.mul(total, 2), 1), t.sum(total)], [feed, chosen])
    })
  })

  it('have rows of any length', async () => {
    const { tensor, feed } = operand([3, 70_001], 'plain', wholeNumbers)
    const images = operand([4, 150, 151, 3], 'plain', (i) => i % 251, 'u8')
    const rows: Feed = [t.input('rows', [3], 'i32'), [2, 0, 2]]
    await assertAgreement(
      [t.gather(tensor, rows[0]), t.scatterAdd(rows[0], tensor, 3), t.cast(t.gather(images.tensor, rows[0]), 'f32')],
      [feed, images.feed, rows],
    )
  })
})

describe('random numbers', () => {
  const source = { seed: t.literal([12, -34], [2], 'i32'), step: t.literal([5], [], 'i32') }

  it('are the same in a program', async () => {
    await assertAll(
      fc.tuple(shapes(0), fc.nat(50)),
      async ([shape, stream]) => {
        const uniform = t.randomUniform(source, stream, shape)
        const bias = operand(shape.slice(-1), 'plain', wholeNumbers)
        await assertAgreement([uniform, t.floor(t.mul(uniform, 7)), t.less(uniform, 0.5)], [])
        await assertAgreement(
          [
            t.mul(t.randomNormal(source, stream, shape), 2),
            t.sub(uniform, bias.tensor),
            t.add(uniform, t.exp(t.sub(bias.tensor, 7))),
            t.transpose(t.reshape(uniform, [-1, 1])),
          ],
          [bias.feed],
          2e-6,
        )
      },
      25,
    )
  })

  it('are the same beyond a tile', async () => {
    await assertAgreement(
      [t.randomUniform(source, 1, [5003]), t.floor(t.mul(3, t.randomUniform(source, 2, [71, 73])))],
      [],
    )
  })

  it('shuffle', async () => {
    await assertAll(
      fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.nat(5000), fc.integer({ min: 1, max: 3000 })),
      async ([total, first, count]) => {
        const start: Feed = [t.input('first', [], 'i32'), [first % total]]
        const order = t.shuffle(source, 3, total, start[0], count)
        await assertAgreement([order, t.gather(t.iota(total), order)], [start])
      },
      20,
    )
  })
})
