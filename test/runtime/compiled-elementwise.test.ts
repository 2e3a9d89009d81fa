import fc from 'fast-check'
import { describe, it } from 'vitest'
import * as composite from '../../src/tensor/composite.ts'
import * as t from '../../src/tensor/operations/index.ts'
import { range } from '../../src/tensor/shape.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { anyLayout, assertAgreement, assertAll, between, operand, shapes } from './operands.ts'
import type { Feed } from './operands.ts'

describe('elementwise functions', () => {
  const any = between(-9, 9)
  const positive = between(0.01, 30)
  it.each<[string, (x: Tensor) => Tensor, (i: number) => number]>([
    ['neg', t.neg, any],
    ['abs', t.abs, any],
    ['floor', t.floor, any],
    ['round', t.round, any],
    ['round halves', t.round, (i) => (i % 19) / 2 - 4.5],
    ['leakyRelu', t.leakyRelu, any],
    ['relu', t.relu, any],
    ['exp', t.exp, any],
    ['log', t.log, positive],
    ['sqrt', t.sqrt, positive],
    ['sin', t.sin, any],
    ['cos', t.cos, any],
    ['tanh', t.tanh, any],
    ['sigmoid', t.sigmoid, any],
    ['softplus', t.softplus, any],
    ['softplus far out', t.softplus, between(-80, 80)],
    ['sigmoid far out', t.sigmoid, between(-80, 80)],
    ['castI32', (x) => t.cast(x, 'i32'), any],
    ['rsqrt', composite.rsqrt, positive],
    ['pow', (x) => composite.pow(x, 1.5), positive],
    ['clamp', (x) => composite.clamp(x, -2, 3), any],
    ['logSigmoid', composite.logSigmoid, any],
  ])('%s', async (_, apply, numbers) => {
    await assertAll(
      fc.tuple(shapes(0), anyLayout),
      async ([shape, layout]) => {
        const { tensor, feed } = operand(shape, layout, numbers)
        await assertAgreement([apply(tensor), t.transpose(t.reshape(apply(tensor), [-1, 1]))], [feed], 2e-6)
      },
      8,
    )
  })

  it.each<[string, (x: Tensor, y: Tensor) => Tensor]>([
    ['add', t.add],
    ['sub', t.sub],
    ['mul', t.mul],
    ['div', t.div],
    ['max', t.max],
    ['min', t.min],
    ['less', t.less],
    ['lessEqual', t.lessEqual],
    ['equal', (x, y) => t.equal(t.floor(x), t.floor(y))],
    ['select', (x, y) => t.where(t.less(x, y), t.mul(x, 2), y)],
    ['select of booleans', (x, y) => t.where(t.less(x, y), t.less(x, 0), t.less(y, 0))],
    ['logic', (x, y) => t.or(t.and(t.less(x, 1), t.not(t.less(y, 1))), t.equal(t.cast(t.less(x, y), 'i32'), 0))],
  ])('%s, broadcast', async (_, apply) => {
    await assertAll(
      fc.tuple(shapes(0), anyLayout, anyLayout, fc.nat(15), fc.nat(4)),
      async ([shape, first, second, ones, fewer]) => {
        const narrow = shape
          .map((extent, axis) => ((ones >> axis) & 1 ? 1 : extent))
          .slice(Math.min(fewer, shape.length))
        const x = operand(shape, first, between(-5, 5))
        const y = operand(narrow, second, between(-5, 5.5))
        await assertAgreement([apply(x.tensor, y.tensor), apply(y.tensor, x.tensor)], [x.feed, y.feed], 1e-6)
      },
      10,
    )
  })

  it('on integers wrap round as 32 bits do', async () => {
    const big = (i: number) => Math.imul(i + 1, 0x9e3779b1)
    const feed = (name: string): Feed => [t.input(name, [37], 'i32'), range(37).map((i) => big(i + name.length))]
    const [x, y] = [feed('x'), feed('of y')]
    await assertAgreement(
      [t.add(x[0], y[0]), t.sub(x[0], y[0]), t.mul(x[0], y[0]), t.neg(x[0]), t.max(x[0], y[0]), t.less(x[0], y[0])],
      [x, y],
    )
  })

  it('cast floats beyond the integers to the nearest one', async () => {
    const feed: Feed = [t.input('x', [6]), [3e9, -3e9, 2147483520, -2147483648, 0.9, -0.9]]
    await assertAgreement([t.cast(feed[0], 'i32')], [feed])
  })

  it('pass NaN and infinities on', async () => {
    const feed: Feed = [t.input('x', [6]), [NaN, Infinity, -Infinity, 0, 1, -1]]
    const [x] = feed
    await assertAgreement(
      [
        t.max(x, 0),
        t.min(x, 0),
        t.relu(x),
        t.leakyRelu(x, 0.25),
        t.abs(x),
        t.less(x, 0),
        t.lessEqual(t.abs(x), 3e38),
        t.where(t.less(x, 0), x, 1),
        t.maximum(x),
      ],
      [feed],
    )
  })
})
