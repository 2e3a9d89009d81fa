import { describe, expect, it } from 'vitest'
import { soundConvolution } from '../../src/onnx/sound-convolution.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { convolve, input, mul } from '../../src/tensor/operations/index.ts'
import type { Convolution, Pair } from '../../src/tensor/tensor.ts'
import { expectClose, spread } from './onnx-runtime.ts'

const square = (size: number): Pair => [size, size]
const plain = { size: square(4), stride: square(1), dilation: square(1), offset: square(-1), order: 'images' } as const

/** Of two images of 4 x 4. */
function convolution(
  groups: number,
  channels: number,
  outputs: number,
  kernel: number,
  walk: Partial<Convolution> = {},
) {
  const x = input('x', [groups, 2, 4, 4, channels])
  const weight = input('weight', [groups, kernel, kernel, channels, outputs])
  const feeds = new Map([x, weight].map((tensor, seed) => [tensor, spread(tensor.shape, seed)]))
  return { tensor: convolve(x, weight, { ...plain, ...walk }), feeds }
}

describe('a convolution that WebGPU would compute wrongly', () => {
  it.each([
    ['6 channels for 8 outputs', convolution(1, 6, 8, 3)],
    ['9 channels for 4 outputs', convolution(1, 9, 4, 3)],
    ['6 outputs in each of 2 groups', convolution(2, 4, 6, 3)],
    ['5 outputs in each of 2 groups, as positions', convolution(2, 3, 5, 3, { order: 'positions' })],
    ['one element, beyond the last pixels', convolution(1, 4, 8, 1, { offset: square(1) })],
    ['a kernel as large as the image, backwards', convolution(1, 3, 5, 4, { offset: square(3), stride: square(-1) })],
    ['several of these', convolution(1, 6, 8, 1, { size: [4, 3], offset: [1, 0] })],
  ])('becomes another one of the same numbers: %s', (_, { tensor, feeds }) => {
    const sound = soundConvolution(tensor)
    expect(sound).not.toBe(tensor)
    expect(sound.shape).toEqual(tensor.shape)
    const [expected, found] = interpret([tensor, sound], feeds)
    expectClose(found, expected, 1e-12)
    // Nothing is left to be avoided.
    const again = sound.primitive.kind === 'convolve' ? soundConvolution(sound) : sound
    expect(again).toBe(sound)
  })

  it.each([
    ['3 channels', convolution(1, 3, 8, 3)],
    ['12 channels', convolution(1, 12, 8, 3)],
    ['6 channels for 5 outputs', convolution(1, 6, 5, 3)],
    ['8 outputs in each of 2 groups', convolution(2, 6, 8, 3)],
    ['9 outputs in each of 3 groups', convolution(3, 4, 9, 3)],
    ['one element, over all pixels', convolution(1, 4, 8, 1, { offset: square(0) })],
    ['a kernel as large as the image, in its place', convolution(1, 4, 8, 4, { size: square(1), offset: square(0) })],
  ])('is no other: %s', (_, { tensor }) => {
    expect(soundConvolution(tensor)).toBe(tensor)
  })

  it('is no operation of another kind', () => {
    const x = input('x', [2])
    const product = mul(x, 2)
    expect(soundConvolution(product)).toBe(product)
  })
})
