/**
 * Judges images that came from anywhere: `node examples/judge-images.ts npy:images.npy [count]` sets them, 28 x 28 and gray, beside
 * the test digits of MNIST. Without a name, training digits stand in their place: what can be reached.
 */
import { loadSource, metrics, openDevice } from 'forger-gan'

const [name = 'mnist', told = '1000'] = process.argv.slice(2)
const count = Number(told)
const device = await openDevice()
const images = await firstOf(name, 'train')
const real = await firstOf('mnist', 'test')
const network = metrics.createRandomFeatures(device, real.shape)
const [features, realFeatures] = [await network.features(images), await network.features(real)]
const [moments, realMoments] = [
  await metrics.momentsOf(device, features),
  await metrics.momentsOf(device, realFeatures),
]
const { accuracy } = await metrics.tellApart(device, real, images)
const { precision, recall } = await metrics.precisionRecall(device, realFeatures, features)
console.log(`Fréchet distance (${network.name}) ${metrics.frechetDistance(realMoments, moments).toFixed(2)}`)
console.log(`told from real ones ${(100 * accuracy).toFixed(1)} %`)
console.log(`precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`)
await device.close()

async function firstOf(data: string, part: 'train' | 'test') {
  const source = await loadSource(data, part)
  if (source.kind !== 'images') throw new Error(`${data} is no set of images in memory`)
  const [height, width, channels] = source.shape
  return metrics.imagesOfBytes(source.images.subarray(0, count * height * width * channels), source.shape)
}
