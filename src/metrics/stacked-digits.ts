import { UserError } from '../tensor/errors.ts'
import { likeliestClasses } from './statistics/class-shares.ts'
import type { Classifier } from './networks/feature-extractor.ts'
import type { ImageSet } from './statistics/image-set.ts'
import { modeShares } from './modes.ts'
import type { ModeShares } from './modes.ts'

/**
 * The label of each picture that shows a digit in each of its three colors, as stacked-mnist has them: 407 is a red 4, a green 0 and
 * a blue 7. The classifier knows single digits and sees one color at a time. Throws a UserError where pictures have not three colors.
 */
export async function stackedLabels(digits: Classifier, pictures: ImageSet): Promise<Uint16Array> {
  const labels = new Uint16Array(pictures.count)
  for (const color of [0, 1, 2]) {
    const seen = likeliestClasses(await digits.probabilities(colorOf(pictures, color)))
    seen.forEach((digit, index) => (labels[index] = digits.classes * labels[index] + digit))
  }
  return labels
}

/** As many as three digits have. */
const combinations = 1000

/**
 * How pictures of these labels are spread over the 1000 combinations, all of which are taken to be equally frequent in real data, as PacGAN
 * (Lin et al. 2018) and those after it have it.
 */
export function stackedModes(labels: Uint16Array): ModeShares {
  const counts = new Uint32Array(combinations)
  for (const label of labels) counts[label]++
  return modeShares(counts, new Uint8Array(combinations).fill(1))
}

/** One color of pictures, as grey images. */
function colorOf({ values, count, shape: [height, width, colors] }: ImageSet, color: number): ImageSet {
  if (colors !== 3)
    throw new UserError(`Stacked digits have three colors, and these pictures ${colors}; judge them otherwise.`)
  const grey = new Float32Array(count * height * width)
  for (let pixel = 0; pixel < grey.length; pixel++) grey[pixel] = values[colors * pixel + color]
  return { values: grey, count, shape: [height, width, 1] }
}
