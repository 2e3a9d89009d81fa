import fc from 'fast-check'
import { describe, it } from 'vitest'
import { gradients } from '../../src/tensor/grad.ts'
import { add, conv2d, convTranspose2d, leakyRelu, mul, sum } from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { anyLayout, assertAgreement, assertAll, operand } from './operands.ts'

const pair = (least: number, most: number) =>
  fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }))

const walks = fc
  .record({
    kernel: pair(1, 4),
    image: pair(3, 9),
    stride: pair(1, 3),
    padding: pair(0, 2),
    dilation: pair(1, 2),
    groups: fc.integer({ min: 1, max: 2 }),
    channels: fc.constantFrom(1, 2, 3, 5, 8),
    outputs: fc.constantFrom(1, 3, 4, 17, 24),
    images: fc.integer({ min: 1, max: 5 }),
  })
  .filter(({ kernel, image, padding, dilation }) =>
    [0, 1].every((axis) => dilation[axis] * (kernel[axis] - 1) + 1 <= image[axis] + 2 * padding[axis]),
  )

/** So small that all sums are exact, those of second derivatives too: the result is the same to the bit. */
const tinyNumbers = (i: number) => ((i * 7919) % 3) - 1
const few = 25

describe('convolutions', () => {
  it('with bias and activation, any kernel over any image', async () => {
    await assertAll(
      fc.tuple(walks, anyLayout, anyLayout),
      async ([{ kernel, image, stride, padding, dilation, groups, channels, outputs, images }, one, other]) => {
        const x = operand([images, ...image, groups * channels], one, tinyNumbers)
        const k = operand([...kernel, channels, groups * outputs], other, tinyNumbers)
        const bias = operand([groups * outputs], 'plain', tinyNumbers)
        const y = conv2d(x.tensor, k.tensor, { stride, padding, dilation, groups })
        await assertAgreement([y, leakyRelu(add(y, bias.tensor), 0.5)], [x.feed, k.feed, bias.feed])
      },
      few,
    )
  })

  it('and their gradients, first and second', async () => {
    await assertAll(
      walks,
      async ({ kernel, image, stride, padding, dilation, groups, channels, outputs, images }) => {
        const x = operand([images, ...image, groups * channels], 'plain', tinyNumbers)
        const k = operand([...kernel, channels, groups * outputs], 'plain', tinyNumbers)
        const y = conv2d(x.tensor, k.tensor, { stride, padding, dilation, groups })
        const square = (tensor: Tensor) => sum(mul(tensor, tensor))
        const [dx, dk] = gradients(square(y), [x.tensor, k.tensor])
        const second = gradients(add(square(dx), sum(dk)), [x.tensor, k.tensor])
        await assertAgreement([dx, dk, ...second], [x.feed, k.feed])
      },
      few,
    )
  })

  it('transposed', async () => {
    await assertAll(
      walks,
      async ({ kernel, image, stride, dilation, groups, channels, outputs, images }) => {
        const x = operand([images, ...image, groups * channels], 'plain', tinyNumbers)
        const k = operand([...kernel, outputs, groups * channels], 'plain', tinyNumbers)
        const y = convTranspose2d(x.tensor, k.tensor, { stride, dilation, groups })
        const [dx, dk] = gradients(sum(mul(y, y)), [x.tensor, k.tensor])
        await assertAgreement([y, dx, dk], [x.feed, k.feed])
      },
      few,
    )
  })
})
