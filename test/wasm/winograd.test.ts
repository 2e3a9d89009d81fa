import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpret } from '../../src/runtime/interpreter.ts'
import { gradients } from '../../src/tensor/grad.ts'
import { add, conv2d, convTranspose2d, input, leakyRelu, mul, sum } from '../../src/tensor/operations/index.ts'
import { range, sizeOf } from '../../src/tensor/shape.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { gradientTileSize, imagesTileSize } from '../../src/wasm/winograd/tile-size.ts'
import { sumOrder } from '../../src/kernels/target.ts'
import { wasmTarget } from '../../src/wasm/target.ts'
import { scratchBytes } from '../../src/wasm/tiling.ts'
import { compiled } from '../runtime/compiled.ts'
import { anyLayout, assertAgreement, assertAll, operand } from '../runtime/operands.ts'
import type { Feed } from '../runtime/operands.ts'

/** Sums of these, their halves and quarters are exact: the result is the same to the bit. */
const tinyNumbers = (i: number) => ((i * 7919) % 3) - 1
const few = 12

const even = fc.constantFrom(2, 4, 6)
const games = fc.record({
  images: fc.integer({ min: 1, max: 5 }),
  channels: fc.constantFrom(32, 40, 64),
  units: fc.constantFrom(32, 48, 144),
  pairs: fc.tuple(even, even),
  form: fc.constantFrom(
    { kernel: 2, stride: 1, padding: 0 },
    { kernel: 3, stride: 1, padding: 1 },
    { kernel: 3, stride: 1, padding: 2 },
    { kernel: 4, stride: 2, padding: 1 },
    { kernel: 4, stride: 2, padding: 0 },
    { kernel: 6, stride: 2, padding: 2 },
  ),
})

/** The extent of images of which a convolution makes so many pixels. */
const extentOf = (outputs: number, { kernel, stride, padding }: { kernel: number; stride: number; padding: number }) =>
  (outputs - 1) * stride + kernel - 2 * padding

/** What the kernels of a compiled graph that multiply are. */
async function producersOf(outputs: readonly Tensor[], feeds: readonly Feed[]): Promise<string[]> {
  const { program } = await compiled(outputs, new Map(feeds))
  const kinds = program.nests.flat().map(({ producer }) => producer?.kind ?? 'none')
  return kinds.filter((kind) => kind === 'winograd' || kind === 'contract')
}

describe('Winograd convolutions', () => {
  it('with bias and activation, however images and kernels stand', async () => {
    await assertAll(
      fc.tuple(games, anyLayout, anyLayout),
      async ([{ images, channels, units, pairs, form }, one, other]) => {
        const [height, width] = pairs.map((outputs) => extentOf(outputs, form))
        fc.pre(height > 0 && width > 0)
        const x = operand([images, height, width, channels], one, tinyNumbers)
        const kernel = operand([form.kernel, form.kernel, channels, units], other, tinyNumbers)
        const bias = operand([units], 'plain', tinyNumbers)
        const y = conv2d(x.tensor, kernel.tensor, form)
        await assertAgreement([y, leakyRelu(add(y, bias.tensor), 0.5)], [x.feed, kernel.feed, bias.feed])
      },
      few,
    )
  })

  it('and their gradients, and those of transposed ones', async () => {
    await assertAll(
      games,
      async ({ images, channels, units, pairs, form }) => {
        const [height, width] = pairs.map((outputs) => extentOf(outputs, form))
        fc.pre(height > 0 && width > 0)
        const x = operand([images, height, width, channels], 'plain', tinyNumbers)
        const kernel = operand([form.kernel, form.kernel, channels, units], 'plain', tinyNumbers)
        const g = operand([images, ...pairs, units], 'plain', tinyNumbers)
        const y = conv2d(x.tensor, kernel.tensor, form)
        const up = convTranspose2d(g.tensor, kernel.tensor, form)
        const feeds = [x.feed, kernel.feed, g.feed]
        await assertAgreement(gradients(sum(mul(y, g.tensor)), [x.tensor, kernel.tensor]), feeds)
        await assertAgreement([up, ...gradients(sum(mul(up, x.tensor)), [g.tensor, kernel.tensor])], feeds)
      },
      few,
    )
  })

  it('are all there is in a layer of 4 x 4 at a stride of 2, its transpose and their gradients', async () => {
    const [x, kernel] = [operand([2, 8, 8, 32], 'plain', tinyNumbers), operand([4, 4, 32, 48], 'plain', tinyNumbers)]
    const y = conv2d(x.tensor, kernel.tensor, { stride: 2, padding: 1 })
    const back = convTranspose2d(y, kernel.tensor, { stride: 2, padding: 1 })
    const all = [back, ...gradients(sum(mul(back, x.tensor)), [x.tensor, kernel.tensor])]
    expect(new Set(await producersOf(all, [x.feed, kernel.feed]))).toEqual(new Set(['winograd']))
  })

  it('give way where channels do not stand in a row', async () => {
    const [x, kernel] = [
      operand([2, 6, 6, 32], 'transposed', tinyNumbers),
      operand([2, 2, 32, 32], 'plain', tinyNumbers),
    ]
    const y = conv2d(x.tensor, kernel.tensor, { padding: 0 })
    const smaller = conv2d(y, kernel.tensor, { padding: 0 })
    expect(await producersOf([y, smaller], [x.feed, kernel.feed])).toEqual(['contract', 'winograd'])
    await assertAgreement([y, smaller], [x.feed, kernel.feed])
  })

  it('are as exact as float32 lets hope, and in strict mode the same with any vectors', async () => {
    const fed = (name: string, shape: readonly number[]): Feed => [
      input(name, shape),
      range(sizeOf(shape)).map((i) => Math.fround(Math.sin(i * 1.7 + name.length))),
    ]
    for (const form of [
      { kernel: 3, stride: 1, padding: 1 },
      { kernel: 4, stride: 2, padding: 1 },
    ]) {
      const [x, kernel] = [fed('x', [8, 16, 16, 64]), fed('kernel', [form.kernel, form.kernel, 64, 64])]
      const y = conv2d(x[0], kernel[0], form)
      const outputs = [y, ...gradients(sum(mul(y, y)), [x[0], kernel[0]])]
      const feeds = new Map([x, kernel])
      const expected = interpret(outputs, feeds)
      const fast = await compiled(outputs, feeds)
      const strict = await compiled(outputs, feeds, { strict: true, target: wasmTarget(128) })
      const strictAndWide = await compiled(outputs, feeds, { strict: true, target: wasmTarget(256) })
      expect(strictAndWide.values).toEqual(strict.values)
      for (const { values } of [fast, strict]) {
        values.forEach((numbers, i) => {
          const largest = expected[i].reduce((most, value) => Math.max(most, Math.abs(value)), 0)
          const error = numbers.reduce((most, value, at) => Math.max(most, Math.abs(value - expected[i][at])), 0)
          expect(error / largest).toBeLessThan(1e-5)
        })
      }
    }
  })
})

describe('tiles of Winograd convolutions', () => {
  const products = fc.record({
    points: fc.constantFrom(9, 12, 16),
    tiles: fc.integer({ min: 1, max: 100_000 }),
    units: fc.integer({ min: 2, max: 64 }).map((panels) => 16 * panels),
    channels: fc.integer({ min: 4, max: 128 }).map((vectors) => 8 * vectors),
    depth: fc.integer({ min: 1, max: 8 }).map((vectors) => 8 * vectors),
  })

  it('fit into the scratch memory, and cut channels and units without remainder', () => {
    fc.assert(
      fc.property(products, ({ points, tiles, units, channels, depth }) => {
        const ofImages = imagesTileSize({ points, tiles, units, panel: 16, depth }, 6)
        expect([ofImages.rows % 6, units % ofImages.columns]).toEqual([0, 0])
        expect(points * ofImages.rows * (ofImages.columns + depth) * 4).toBeLessThan(0.95 * scratchBytes)
        const gradient = gradientTileSize({ points, terms: tiles, channels, units }, sumOrder.winograd.multiple)
        expect([channels % gradient.rows, units % gradient.columns]).toEqual([0, 0])
        const { rows, columns, depth: terms } = gradient
        expect(points * (rows * columns + terms * (rows + columns)) * 4).toBeLessThan(0.95 * scratchBytes)
      }),
    )
  })
})
