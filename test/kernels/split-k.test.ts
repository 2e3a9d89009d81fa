import { describe, expect, it } from 'vitest'
import { splitLongSums } from '../../src/kernels/split-k.ts'
import { sumOrder } from '../../src/kernels/target.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { gradients } from '../../src/tensor/grad.ts'
import { topological } from '../../src/tensor/graph.ts'
import { conv2d, input, mul, sum } from '../../src/tensor/operations/index.ts'
import { sizeOf } from '../../src/tensor/shape.ts'
import { isKind } from '../../src/tensor/tensor.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { compiled } from '../runtime/compiled.ts'

/** The gradient of a kernel over so many images, and whole numbers whose sums are exact in float32. */
function kernelGradient(
  images: number,
  extent: number,
  channels: number,
  options: { stride: number; padding: number },
) {
  const x = input('x', [images, extent, extent, channels])
  const kernel = input('kernel', [3, 2, channels, 8])
  const y = conv2d(x, kernel, options)
  const g = input('g', y.shape)
  const [gradient] = gradients(sum(mul(y, g)), [kernel])
  const small = (tensor: Tensor, times: number) =>
    [tensor, Float32Array.from({ length: sizeOf(tensor.shape) }, (_, i) => ((i * times) % 7) - 3)] as const
  return { gradient, feeds: new Map([small(x, 5), small(g, 3)]) }
}

/** How many images each product of a graph sums over. */
const imagesOf = (outputs: readonly Tensor[]): number[] =>
  topological(outputs).flatMap((tensor) => (isKind(tensor, 'convolve') ? [tensor.inputs[0].shape[4]] : []))

describe('gradients of kernels', () => {
  it('are summed in chunks of the images if those are many', () => {
    const { gradient } = kernelGradient(67, 56, 8, { stride: 1, padding: 1 })
    const chunks = imagesOf(splitLongSums([gradient], sumOrder))
    expect(chunks.length).toBeGreaterThan(2)
    expect(chunks.reduce((all, images) => all + images)).toBe(67)
  })

  it('are summed at once if images and gradients are few', () => {
    const { gradient } = kernelGradient(64, 14, 8, { stride: 1, padding: 1 })
    expect(imagesOf(splitLongSums([gradient], sumOrder))).toEqual([64])
  })

  it('are summed at once where the kernel is so large that sums so far would cost more than is won', () => {
    const x = input('x', [64, 8, 8, 1024])
    const kernel = input('kernel', [4, 4, 1024, 1024])
    const [gradient] = gradients(sum(conv2d(x, kernel, { stride: 2, padding: 1 })), [kernel])
    expect(imagesOf(splitLongSums([gradient], sumOrder))).toEqual([64])
  })

  it.each([
    { stride: 1, padding: 1 },
    { stride: 2, padding: 0 },
  ])('are the same sums, compiled: %o', async (options) => {
    const { gradient, feeds } = kernelGradient(35, 64, 6, options)
    expect(imagesOf(splitLongSums([gradient], sumOrder)).length).toBeGreaterThan(1)
    const [expected] = interpret([gradient], feeds)
    const { values } = await compiled([gradient], feeds)
    expect(values[0]).toEqual([...expected])
  })

  it('by Winograd are summed at once, but in chunks side by side if there are few tiles', () => {
    const parts = (channels: number, units: number) => {
      const x = input('x', [64, 56, 56, channels])
      const kernel = input('kernel', [3, 3, channels, units])
      const [gradient] = gradients(sum(conv2d(x, kernel, { padding: 1 })), [kernel])
      return imagesOf(splitLongSums([gradient], sumOrder))
    }
    expect(parts(64, 64)).toEqual([16, 16, 16, 16])
    expect(parts(128, 256)).toEqual([64])
  })
})
