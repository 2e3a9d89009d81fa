/**
 * Compares images from anywhere with the test digits of MNIST: `node examples/judge-images.ts npy:images.npy [count]`. They must be
 * 28 x 28 and gray. Without a name, it takes training digits: the best achievable scores.
 */
import { loadSource, metrics, openDevice } from 'forger-gan'

const [name = 'mnist', told = '1000'] = process.argv.slice(2)
const count = Number(told)
const device = await openDevice()
const images = await firstOf(name, 'train')
const real = await firstOf('mnist', 'test')
const scores = await metrics.compare(device, real, images, [
  'fid',
  'twoSampleAccuracy',
  'precision',
  'recall',
  // A metric of your own, of the features that the network finds.
  { name: 'swd', needs: 'features', value: (a, b) => metrics.slicedWasserstein(a, b) },
])
console.log(`FID (${scores.features}) ${scores.fid.toFixed(2)}`)
console.log(`real/fake classifier accuracy ${(100 * scores.twoSampleAccuracy).toFixed(1)}% (50% is ideal)`)
console.log(`precision ${scores.precision.toFixed(3)}, recall ${scores.recall.toFixed(3)}`)
console.log(`sliced Wasserstein distance ${scores.swd.toFixed(3)}`)
await device.close()

async function firstOf(data: string, part: 'train' | 'test') {
  const source = await loadSource(data, part)
  if (source.kind !== 'images') throw new Error(`${data} does not hold images in memory`)
  const [height, width, channels] = source.shape
  return metrics.imagesOfBytes(source.images.subarray(0, count * height * width * channels), source.shape)
}
