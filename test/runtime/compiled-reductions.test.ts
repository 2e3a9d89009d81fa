import fc from 'fast-check'
import { describe, it } from 'vitest'
import * as composite from '../../src/tensor/composite.ts'
import * as t from '../../src/tensor/operations/index.ts'
import { range } from '../../src/tensor/shape.ts'
import { anyLayout, assertAgreement, assertAll, between, operand, shapes, wholeNumbers } from './operands.ts'
import type { Layout, Operand } from './operands.ts'

describe('reductions', () => {
  it.each(['f32', 'i32'] as const)('of %s over any axes', async (dtype) => {
    await assertAll(fc.tuple(shapes(0), anyLayout, fc.nat(15), fc.boolean()), async ([shape, layout, bits, keep]) => {
      const { tensor, feed } = operand(shape, layout, wholeNumbers, dtype)
      const options = { axes: range(shape.length).filter((axis) => (bits >> axis) & 1), keep }
      const total = t.sum(tensor, options)
      await assertAgreement(
        [total, t.maximum(tensor, options), t.add(total, 1), t.sum(t.mul(tensor, tensor), options)],
        [feed],
      )
    })
  })

  it.each([
    [[3, 9001], [1]],
    [[9001, 3], [0]],
    [[20_011], [0]],
    [
      [5000, 5],
      [0, 1],
    ],
    [
      [2, 70, 90],
      [1, 2],
    ],
    [
      [2, 70, 90],
      [0, 2],
    ],
    [
      [70, 90, 2],
      [0, 1],
    ],
  ])('of %j over %j: more than a tile', async (shape, axes) => {
    const { tensor, feed } = operand(shape, 'plain', wholeNumbers)
    await assertAgreement(
      [t.sum(tensor, { axes }), t.maximum(tensor, { axes }), t.sum(t.mul(tensor, 2), { axes })],
      [feed],
    )
  })

  it('keep their digits', async () => {
    const { tensor, feed } = operand([100, 100], 'plain', between(0, 1))
    await assertAgreement([t.mean(tensor), t.mean(tensor, { axes: [0] }), t.mean(tensor, { axes: [1] })], [feed], 5e-7)
  })

  it('to the first of several largest', async () => {
    await assertAll(fc.tuple(shapes(1), anyLayout), async ([shape, layout]) => {
      const { tensor, feed } = operand(shape, layout, wholeNumbers)
      await assertAgreement([t.argmax(tensor), t.mul(t.cast(t.argmax(tensor), 'f32'), 2)], [feed])
    })
  })

  it('make softmax, logsumexp, moments and maxout', async () => {
    await assertAll(
      fc.tuple(shapes(2, 3), anyLayout),
      async ([shape, layout]) => {
        const { tensor, feed } = operand([...shape.slice(0, -1), 12], layout, between(-30, 30))
        const { mean, variance } = composite.moments(tensor, { axes: [0] })
        const normalized = composite.normalize(tensor, { mean, variance: t.add(variance, 1) })
        await assertAgreement(
          [
            composite.softmax(tensor),
            composite.logSoftmax(tensor),
            composite.logSumExp(tensor),
            mean,
            variance,
            normalized,
            composite.maxout(tensor, 3),
          ],
          [feed],
          3e-6,
        )
      },
      20,
    )
  })
})

describe('matrix products', () => {
  const sizes = fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 16, 17, 24, 31, 33)
  it('in all orientations, with what follows them', async () => {
    const leading = fc.constantFrom([], [], [1], [3], [2, 2])
    await assertAll(
      fc.tuple(sizes, sizes, sizes, leading, anyLayout, anyLayout, fc.boolean(), fc.boolean()),
      async ([m, k, n, batch, first, second, flipA, flipB]) => {
        const flipped = (flip: boolean, rows: number, columns: number, layout: Layout): Operand => {
          const { tensor, feed } = operand(
            [...batch, ...(flip ? [columns, rows] : [rows, columns])],
            layout,
            wholeNumbers,
          )
          return { tensor: flip ? t.transpose(tensor) : tensor, feed }
        }
        const [a, b] = [flipped(flipA, m, k, first), flipped(flipB, k, n, second)]
        const bias = operand([n], 'plain', wholeNumbers)
        const product = t.matmul(a.tensor, b.tensor)
        await assertAgreement(
          [t.relu(t.add(product, bias.tensor)), t.transpose(t.mul(product, 2)), t.add(product, t.sum(bias.tensor))],
          [a.feed, b.feed, bias.feed],
        )
      },
      60,
    )
  })

  it.each([
    [300, 20, 10],
    [7, 700, 33],
    [130, 784, 1],
    [1, 784, 130],
    [270, 515, 50],
    [20, 260, 300],
    [64, 1030, 64],
  ])('of %i x %i and that x %i: more than a tile or a panel', async (m, k, n) => {
    const [a, b, c, d] = [
      operand([m, k], 'plain', wholeNumbers),
      operand([k, n], 'plain', wholeNumbers),
      operand([k, m], 'plain', wholeNumbers),
      operand([n, k], 'plain', wholeNumbers),
    ]
    const products = [
      t.matmul(a.tensor, b.tensor),
      t.matmul(a.tensor, t.transpose(d.tensor)),
      t.matmul(t.transpose(c.tensor), b.tensor),
      t.matmul(t.transpose(c.tensor), t.transpose(d.tensor)),
    ]
    await assertAgreement(products, [a.feed, b.feed, c.feed, d.feed])
  })
})
