import { describe, expect, it } from 'vitest'
import { frozenFeatures } from '../../../src/metrics/networks/frozen-features.ts'
import { exportOnnx } from '../../../src/onnx/export.ts'
import { toChannelsFirst } from '../../../src/onnx/layout.ts'
import { readOnnx } from '../../../src/onnx/read/model.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { gradients } from '../../../src/tensor/grad.ts'
import { conv2d, input, mean, mul, relu, transpose } from '../../../src/tensor/operations/index.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'

/** A convolution of 3 x 3 to two features, behind a rectifier, as another program would have exported it. */
function network() {
  const weight = input('weight', [3, 3, 1, 2])
  const values = Float32Array.from({ length: 18 }, (_, index) => Math.sin(index + 1))
  const features = (images: Tensor) => relu(conv2d(images, weight, { padding: 1 }))
  const trace = (batch: number) => {
    const x = input('x', [batch, 1, 5, 4])
    const y = toChannelsFirst(features(transpose(x, [0, 2, 3, 1])))
    return {
      inputs: [{ name: 'x', tensor: x }],
      outputs: [{ name: 'y', tensor: y }],
      weights: new Map([[weight, values]]),
    }
  }
  return {
    bytes: exportOnnx(trace, { graphName: 'features', metadata: { image_range: '[0,1]' } }),
    weight,
    values,
    features,
  }
}

const images = input('images', [2, 5, 4, 1])
const pixels = Float64Array.from({ length: 40 }, (_, index) => Math.cos(index))

describe('frozen features', () => {
  const { bytes, weight, values, features } = network()
  const feeds = new Map<Tensor, ArrayLike<number>>([
    [images, pixels],
    [weight, values],
  ])

  it('are what the network makes of images in its own range', () => {
    const { y } = frozenFeatures(readOnnx(bytes))(images)
    // Signed images, and a network that takes 0 to 1.
    const unit = mul(images, 0.5)
    const shifted = interpret([unit], feeds)[0].map((value) => value + 0.5)
    const own = input('own', [2, 5, 4, 1])
    const [found] = interpret([y], feeds)
    const [expected] = interpret([toChannelsFirst(features(own))], new Map([...feeds, [own, shifted]]))
    expect(found).toHaveLength(2 * 2 * 5 * 4)
    found.forEach((value, index) => expect(value).toBeCloseTo(expected[index], 5))
  })

  it('let a gradient through to the images', () => {
    const { y } = frozenFeatures(readOnnx(bytes), { imageRange: 'unit' })(images)
    const [slope] = gradients(mean(y), [images])
    const [expected] = gradients(mean(features(images)), [images])
    const [a, b] = interpret([slope, expected], feeds)
    expect(a.some((value) => value !== 0)).toBe(true)
    a.forEach((value, index) => expect(value).toBeCloseTo(b[index], 6))
  })

  it('are refused for images that the network cannot see', () => {
    expect(() => frozenFeatures(readOnnx(bytes))(input('color', [2, 5, 4, 3]))).toThrow(UserError)
  })
})
