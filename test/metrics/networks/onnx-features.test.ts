import { afterAll, describe, expect, it } from 'vitest'
import { createOnnxFeatures } from '../../../src/metrics/networks/onnx-features.ts'
import type { OnnxFeatureOptions } from '../../../src/metrics/networks/onnx-features.ts'
import type { ImageSet } from '../../../src/metrics/statistics/image-set.ts'
import { createDevice } from '../../../src/runtime/device.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { inlineEngine } from '../../../src/wasm/engine.ts'
import { bytesOfModel, list, node, weight } from '../../onnx/read/hand-made.ts'
import type { HandMade } from '../../onnx/read/hand-made.ts'
import { runOnnx, spread } from '../../onnx/onnx-runtime.ts'

const device = createDevice(inlineEngine(), { strict: true })
afterAll(() => device.engine.close())

/** A small network for colored images of 6 x 4. */
const network: HandMade = {
  inputs: { x: { shape: ['batch', 3, 6, 4] } },
  nodes: [
    node('Conv', ['x', 'w', 'b'], 'map', { pads: [1, 1, 1, 1] }),
    node('Relu', ['map'], 'relu'),
    node('GlobalAveragePool', ['relu'], 'pool'),
    node('Flatten', ['pool'], 'logits'),
  ],
  tables: [weight('w', [5, 3, 3, 3], 1), weight('b', [5], 2)],
  outputs: { logits: 'f32' },
}
const bytes = bytesOfModel(network)

function images(count: number, shape: [number, number, number]): ImageSet {
  const values = Float32Array.from(spread([count, ...shape], 4, 0, 256), (byte) => Math.floor(byte) / 255)
  return { values, count, shape }
}

/** What ONNX Runtime makes of images that are changed by hand: pixel by pixel, of the same size. */
async function expectedOf(
  { values, count, shape: [height, width, own] }: ImageSet,
  change: (pixel: number, channel: number) => number,
) {
  const numbers = Array.from({ length: count * 3 * height * width }, (_, index) => {
    const [column, row] = [index % width, Math.floor(index / width) % height]
    const channel = Math.floor(index / width / height) % 3
    const image = Math.floor(index / width / height / 3)
    return change(values[((image * height + row) * width + column) * own + Math.min(channel, own - 1)], channel)
  })
  const [{ logits }] = await runOnnx(bytes, [
    { x: { dtype: 'f32', shape: [count, 3, height, width], values: numbers } },
  ])
  return logits.values
}

const featuresOf = (set: ImageSet, options: Partial<OnnxFeatureOptions> = {}, model = bytes) =>
  createOnnxFeatures(device, model, { name: 'test', range: 'unit', batch: 3, ...options }).features(set)

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length)
  Array.from(expected).forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 4))
}

describe('features of a network in a file', () => {
  it('are those of ONNX Runtime, for any number of images', async () => {
    const space = createOnnxFeatures(device, bytes, { name: 'small', range: 'unit', batch: 3 })
    expect({ name: space.name, size: space.size }).toEqual({ name: 'small', size: 5 })
    for (const count of [1, 3, 8]) {
      const set = images(count, [6, 4, 3])
      const rows = await space.features(set)
      expect({ count: rows.count, size: rows.size }).toEqual({ count, size: 5 })
      expectClose(rows.values, await expectedOf(set, (pixel) => pixel))
    }
  })

  const mean = [0.485, 0.456, 0.406]
  const std = [0.229, 0.224, 0.225]
  it.each([
    ['signed', (pixel: number) => 2 * pixel - 1],
    ['bytes', (pixel: number) => 255 * pixel],
    ['imagenet', (pixel: number, channel: number) => (pixel - mean[channel]) / std[channel]],
    ['tensorflow', (pixel: number) => (255 * pixel - 128) / 128],
    [{ mean: [0.1, 0.2, 0.3], std: [0.5] }, (pixel: number, channel: number) => (pixel - (channel + 1) / 10) / 0.5],
  ])('with pixels in the range %j', async (range, change) => {
    const set = images(2, [6, 4, 3])
    expectClose((await featuresOf(set, { range })).values, await expectedOf(set, change))
  })

  it.each([
    [{ image_range: '[-1,1]' }, (pixel: number) => 2 * pixel - 1],
    [{ image_range: '[0, 255]' }, (pixel: number) => 255 * pixel],
    [{ image_range: 'imagenet' }, (pixel: number, channel: number) => (pixel - mean[channel]) / std[channel]],
    [{ image_mean: '[0.5]', image_std: '0.25' }, (pixel: number) => (pixel - 0.5) / 0.25],
  ])('with the rules that its file tells, %j', async (metadata, change) => {
    const set = images(2, [6, 4, 3])
    const space = createOnnxFeatures(device, bytesOfModel({ ...network, metadata }), { name: 'told' })
    expectClose((await space.features(set)).values, await expectedOf(set, change))
  })

  it('of gray images are those of three equal channels', async () => {
    const set = images(2, [6, 4, 1])
    expectClose((await featuresOf(set)).values, await expectedOf(set, (pixel) => pixel))
  })

  it('may be any value of the graph, pooled or in rows', async () => {
    const set = images(2, [6, 4, 3])
    const { values, size } = await featuresOf(set, { output: 'pool' })
    expect(size).toBe(5)
    expectClose(values, await expectedOf(set, (pixel) => pixel))
  })

  it('may be asked for several times at once', async () => {
    const space = createOnnxFeatures(device, bytes, { name: 'small', range: 'unit', batch: 2 })
    const sets = [images(3, [6, 4, 3]), images(5, [6, 4, 1]), images(4, [6, 4, 3])]
    const together = await Promise.all(sets.map((set) => space.features(set)))
    for (const [i, set] of sets.entries()) expect(together[i]).toEqual(await space.features(set))
  })
})

describe('images of another size are resized', () => {
  /** A network that gives the pixels of its one channel. */
  const pixels = bytesOfModel({
    inputs: { x: { shape: ['batch', 1, 'height', 'width'] } },
    nodes: [node('Reshape', ['x', 'rows'], 'y')],
    tables: [list('rows', [0, -1])],
    outputs: { y: 'f32' },
  })
  const set: ImageSet = { values: Float32Array.of(0, 0.25, 0.5, 1), count: 1, shape: [2, 2, 1] }
  const rows = async (options: Partial<OnnxFeatureOptions>, of = set) =>
    Array.from((await featuresOf(of, options, pixels)).values, (value) => Math.round(value * 1e6) / 1e6)

  // torch.nn.functional.interpolate(x, size, mode='bilinear', align_corners=False) of PyTorch 2.15.
  it('as PyTorch does', async () => {
    expect(await rows({ size: [3, 4] })).toEqual([
      0, 0.0625, 0.1875, 0.25, 0.25, 0.34375, 0.53125, 0.625, 0.5, 0.625, 0.875, 1,
    ])
  })

  it('as TensorFlow 1 did', async () => {
    expect(await rows({ size: [2, 4], resize: 'tensorflow' })).toEqual([0, 0.125, 0.25, 0.25, 0.5, 0.75, 1, 1])
  })

  // And with antialias=True.
  it('over all that is covered, where they shrink', async () => {
    const wide: ImageSet = { values: Float32Array.of(1, 0, 0, 0, 0, 0, 0, 1), count: 1, shape: [1, 8, 1] }
    expect(await rows({ size: [1, 2], resize: 'linear' }, wide)).toEqual([0, 0])
    expect(await rows({ size: [1, 2], resize: 'smooth' }, wide)).toEqual([0.178571, 0.178571])
  })
})

describe('mistakes are told in one sentence', () => {
  const cases: [string, HandMade, Partial<OnnxFeatureOptions> | { readonly range: undefined }, string][] = [
    ['no range', network, { range: undefined }, 'does not say which range of pixels it takes; say one of unit, signed'],
    [
      'an unknown range',
      network,
      { range: 'half' },
      "'half' is no range of pixels for feature networks; give one of unit",
    ],
    [
      'an unknown way to resize',
      network,
      { resize: 'cubic' },
      "'cubic' is no way to resize for feature networks; give one of linear",
    ],
    [
      'a mean of other channels',
      network,
      { range: { mean: [1, 2], std: [1] } },
      'do not fit a feature network of 3 channels',
    ],
    ['a deviation of 0', network, { range: { mean: [1], std: [0] } }, 'do not fit a feature network'],
    [
      'a file that tells nonsense',
      { ...network, metadata: { image_mean: 'gray', image_std: '1' } },
      { range: undefined },
      'The mean [NaN]',
    ],
    [
      'maps instead of rows',
      network,
      { output: 'map' },
      "'map' of the feature network is f32[3, 5, 6, 4], and features are f32 [batch, n]",
    ],
    ['an output that is not there', network, { output: 'pool3' }, "has no value 'pool3'"],
    [
      'no images',
      { ...network, inputs: { x: { shape: ['batch', 3] } } },
      {},
      "takes one input of images, f32 [batch, channels, height, width]; this ONNX model takes 'x' f32[batch, 3]",
    ],
    ['two inputs', { ...network, inputs: { ...network.inputs, z: { shape: [1] } } }, {}, "'z' f32[1]"],
    [
      'any size',
      { ...network, inputs: { x: { shape: ['batch', 3, 'h', 'w'] } } },
      {},
      'takes images of any size; say which',
    ],
    [
      'any channels',
      { ...network, inputs: { x: { shape: ['batch', 'c', 6, 4] } } },
      {},
      'does not say how many channels',
    ],
    ['no images at a time', network, { batch: 0 }, 'cannot see 0 images at a time'],
  ]
  it.each(cases)('%s', (_name, model, options, message) => {
    const { range, ...others } = { range: 'unit', ...options }
    const told = { name: 'test', batch: 3, ...others, ...(range === undefined ? {} : { range }) }
    const mistake = () => createOnnxFeatures(device, bytesOfModel(model), told)
    expect(mistake).toThrow(UserError)
    expect(mistake).toThrow(message)
  })

  it('images of other channels', () =>
    expect(featuresOf(images(1, [6, 4, 2]))).rejects.toThrow('sees images of 3 channels, and these have 2'))
})
