import { beforeAll, describe, expect, it } from 'vitest'
import { loadMnist } from '../../../src/data/mnist-node.ts'
import { createSource } from '../../../src/data/source.ts'
import type { ImageSource } from '../../../src/data/source.ts'
import { createClassifier, isWhole } from '../../../src/metrics/networks/lenet-classifier.ts'
import { imagesOfBytes, slicedImages } from '../../../src/metrics/statistics/image-set.ts'
import { lenet, lenetFeatures } from '../../../src/metrics/networks/lenet.ts'
import { trainClassifier } from '../../../src/metrics/networks/train-classifier.ts'
import type { TrainedLeNet } from '../../../src/metrics/networks/train-classifier.ts'
import type { Device } from '../../../src/runtime/device.ts'
import { openNodeDevice } from '../../../src/runtime/open-node.ts'

/** The first images of a source. */
const firstOf = ({ name, shape, images, labels, classes }: ImageSource, count: number): ImageSource =>
  createSource({
    name,
    shape,
    images: images.subarray(0, count * shape[0] * shape[1] * shape[2]),
    labels: labels && labels.subarray(0, count),
    classes,
  })

const onDevice = async <T>(work: (device: Device) => Promise<T>, threads = 2): Promise<T> => {
  const device = await openNodeDevice({ threads, tune: false })
  try {
    return await work(device)
  } finally {
    await device.engine.close()
  }
}

describe('the classifier', () => {
  let [train, test]: ImageSource[] = []
  let trained: TrainedLeNet
  const told: number[][] = []

  beforeAll(async () => {
    train = firstOf(await loadMnist('train'), 2000)
    test = firstOf(await loadMnist('test'), 1010)
    trained = await onDevice((device) =>
      trainClassifier(device, train, test, { epochs: 2, progress: (...word) => told.push(word) }),
    )
  })

  it('names nine of ten digits after two looks at 2000', () => {
    expect(trained.accuracy).toBeGreaterThan(0.9)
    expect(isWhole(trained)).toBe(true)
  })

  it('tells how far it is, to the end', () => {
    const steps = 2 * Math.floor(2000 / 32)
    expect(told.at(-1)?.slice(0, 2)).toEqual([steps, steps])
    expect(told.at(-1)?.[2]).toBeLessThan(1)
  })

  it('gives features and probabilities of the accuracy that it tells, whatever the size of a set', () =>
    onDevice(async (device) => {
      const classifier = createClassifier(device, trained)
      const images = imagesOfBytes(test.images, test.shape)
      const probabilities = await classifier.probabilities(images)
      expect(probabilities).toMatchObject({ count: 1010, size: 10 })
      const rows = Array.from({ length: 1010 }, (_, row) => [...probabilities.values.subarray(10 * row, 10 * row + 10)])
      for (const row of rows) expect(row.reduce((sum, value) => sum + value)).toBeCloseTo(1, 5)
      const right = rows.filter((row, index) => row.indexOf(Math.max(...row)) === test.labels?.[index]).length
      expect(right / 1010).toBe(trained.accuracy)

      // 1010 images are four blocks and a part of one; by themselves, images are seen as among others.
      const features = await classifier.features(images)
      expect(features).toMatchObject({ count: 1010, size: lenetFeatures })
      const alone = await classifier.features(slicedImages(images, 1003, 7))
      expect(alone.values).toEqual(features.values.subarray(1003 * lenetFeatures))
    }))

  /** Three classes that differ in color alone. */
  function colors(count: number): ImageSource {
    const size = 10 * 13
    const images = new Uint8Array(count * size * 3)
    const labels = Uint8Array.from({ length: count }, (_, index) => index % 3)
    for (let at = 0; at < count * size; at++) {
      for (let color = 0; color < 3; color++) {
        images[3 * at + color] = ((at * 7919) % 97) + (labels[Math.floor(at / size)] === color ? 100 : 0)
      }
    }
    return createSource({ name: 'colors', shape: [10, 13, 3], images, labels, classes: null })
  }

  it('learns small color images of any number of classes', async () => {
    const all = colors(384)
    const { accuracy, classes } = await onDevice((device) => trainClassifier(device, all, all, { epochs: 2 }))
    expect(classes).toBe(3)
    expect(accuracy).toBeGreaterThan(0.95)
  })

  it('is decided by its seed, not by the threads', async () => {
    const few = colors(96)
    const learn = (seed: number, threads: number) =>
      onDevice((device) => trainClassifier(device, few, few, { seed, epochs: 1 }), threads)
    const [one, again, other] = [await learn(3, 1), await learn(3, 2), await learn(4, 2)]
    expect(again).toEqual(one)
    expect(other.variables).not.toEqual(one.variables)
  })

  it('refuses images that it cannot learn from or see, in one sentence', () =>
    onDevice(async (device) => {
      const unlabeled = { ...firstOf(train, 300), labels: null }
      await expect(trainClassifier(device, unlabeled, test)).rejects.toThrow('mnist train has no labels')
      await expect(trainClassifier(device, firstOf(train, 30), test)).rejects.toThrow('mnist train has 30 images')
      const single = { ...firstOf(train, 300), labels: new Uint8Array(300), classes: null }
      await expect(trainClassifier(device, single, test)).rejects.toThrow('all of one class')
      expect(() => lenet([7, 28, 1], 10)).toThrow('sides of 8 to 128 pixels, not 7 x 28')
      const larger = imagesOfBytes(new Uint8Array(32 * 32), [32, 32, 1])
      await expect(createClassifier(device, trained).features(larger)).rejects.toThrow(
        'cannot see those of 32 x 32 x 1',
      )
    }))
})
