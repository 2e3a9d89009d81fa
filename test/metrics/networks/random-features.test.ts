import { describe, expect, it } from 'vitest'
import { loadMnist } from '../../../src/data/mnist-node.ts'
import { frechetDistance } from '../../../src/metrics/frechet-distance.ts'
import { imagesOfBytes, slicedImages } from '../../../src/metrics/statistics/image-set.ts'
import { momentsOf } from '../../../src/metrics/statistics/moments.ts'
import { createRandomFeatures } from '../../../src/metrics/networks/random-features.ts'
import { openNodeDevice } from '../../../src/runtime/open-node.ts'
import { images } from '../formula.ts'

describe('random features', () => {
  it('of an image are the same beside other images, on other threads and at any time', async () => {
    const set = images([9, 14, 3], 260, 1, 0.3)
    const all = await onThreads(2, (device) => createRandomFeatures(device, set.shape).features(set))
    expect(all).toMatchObject({ count: 260, size: 128 })
    const last = await onThreads(1, (device) =>
      createRandomFeatures(device, set.shape).features(slicedImages(set, 255, 5)),
    )
    expect(last.values).toEqual(all.values.subarray(255 * 128))
    expect(new Set(all.values).size).toBeGreaterThan(30_000)
  })

  it('of images of a million pixels fit into the memory of a device', async () => {
    const set = images([1024, 1024, 3], 2, 1, 0.3)
    const found = await onThreads(2, (device) => createRandomFeatures(device, set.shape).features(set))
    expect(found).toMatchObject({ count: 2, size: 128 })
    expect(found.values.every(Number.isFinite)).toBe(true)
  })

  it('tell digits that were turned, thickened or lost from digits as they are', () =>
    onThreads(2, async (device) => {
      const { images: bytes, labels, shape } = await loadMnist('train')
      const digits = imagesOfBytes(bytes.subarray(0, 2000 * 784), shape)
      const space = createRandomFeatures(device, shape)
      const momentsIn = async (set: typeof digits) => momentsOf(device, await space.features(set))
      const [real, others] = await Promise.all(
        [slicedImages(digits, 0, 1000), slicedImages(digits, 1000, 1000)].map(momentsIn),
      )
      const usual = frechetDistance(real, others)
      const changed = (pixel: (image: Float32Array, at: number) => number) => ({
        ...digits,
        values: digits.values.map((_, at) =>
          pixel(digits.values.subarray(at - (at % 784), at - (at % 784) + 784), at % 784),
        ),
      })
      const upsideDown = changed((image, at) => image[783 - at])
      const thick = changed((image, at) => Math.max(image[at], image[Math.max(0, at - 1)]))
      const ones = Array.from(labels ?? []).flatMap((label, row) => (label === 1 && row < 2000 ? [row] : []))
      const onlyOnes = {
        ...digits,
        count: ones.length,
        values: Float32Array.from(ones.flatMap((row) => [...slicedImages(digits, row, 1).values])),
      }
      for (const set of [upsideDown, thick, onlyOnes]) {
        expect(frechetDistance(real, await momentsIn(set))).toBeGreaterThan(2 * usual)
      }
    }))

  it('are refused of images of another shape', () =>
    onThreads(1, async (device) => {
      const space = createRandomFeatures(device, [8, 8, 1])
      expect(space.name).toBe('random network')
      await expect(space.features(images([8, 9, 1], 2, 1, 0.1))).rejects.toThrow(
        'sees images of 8 x 8 x 1, not of 8 x 9 x 1',
      )
    }))
})

async function onThreads<T>(
  threads: number,
  work: (device: Awaited<ReturnType<typeof openNodeDevice>>) => Promise<T>,
): Promise<T> {
  const device = await openNodeDevice({ threads, tune: false })
  try {
    return await work(device)
  } finally {
    await device.engine.close()
  }
}
