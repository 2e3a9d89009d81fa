import { describe, it } from 'vitest'
import { gradients } from '../../src/tensor/grad.ts'
import { conv2d, input, less, matmul, mul, sum, transpose, where } from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { assertAgreement } from '../runtime/operands.ts'
import type { Feed } from '../runtime/operands.ts'

const fed = (shape: readonly number[]): Feed => [
  input('x', shape),
  Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 7919) % 3) - 1),
]
const square = (x: Tensor): Tensor => sum(mul(x, x))

describe('the gradient of a kernel', () => {
  it('is right where the last row, repeated, ends where a row without gaps would', async () => {
    // 16 rows in groups of 6; with two channels and a dilation of 2, rows 12 to 15 stand at 24, 25, 28 and 29.
    const [x, k] = [fed([1, 3, 4, 2]), fed([2, 4, 2, 24])]
    const y = conv2d(x[0], k[0], { padding: [0, 2], dilation: [1, 2] })
    await assertAgreement(gradients(square(y), [x[0], k[0]]), [x, k])
  })
})

describe('what is true or not', () => {
  it.each([1, 3, 4, 7, 16, 17, 21, 33])('is kept between kernels for rows of %i', async (columns) => {
    const [x, w, y] = [fed([5, 3]), fed([3, columns]), fed([columns, 5])]
    const isPositive = less(0, matmul(x[0], w[0]))
    const seen = where(transpose(isPositive), y[0], 2)
    const again = matmul(where(isPositive, 1, -1), y[0])
    await assertAgreement([seen, again, isPositive], [x, w, y])
  })
})
