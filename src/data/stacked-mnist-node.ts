import { permute } from '../tensor/threefry.ts'
import { loadMnist } from './mnist-node.ts'
import { createSource } from './source.ts'
import type { ImageSource, Split } from './source.ts'

/**
 * How many pictures there are. To train 128,000, and to test 26,000, as in Lin, Khetan, Fanti and Oh: PacGAN (2018), who
 * follow Srivastava et al.: VEEGAN (2017).
 */
const counts: Readonly<Record<Split, number>> = { train: 128_000, test: 26_000 }

/** Which digits meet is the same for everybody, whatever the seed of a run. */
const seed = [0x7374_6163, 0] as const

/**
 * Stacked MNIST (Metz et al.: Unrolled generative adversarial networks, 2017): three digits of MNIST as red, green and blue
 * of one picture, which makes 1000 classes; label 407 is a red 4, a green 0 and a blue 7. Each color goes through all
 * digits of MNIST in shuffled orders of its own, again and again.
 */
export async function loadStackedMnist(split: Split): Promise<ImageSource> {
  const digits = await loadMnist(split)
  const { labels } = digits
  if (labels === null) throw new Error('MNIST has labels')
  const [height, width] = digits.shape
  const size = height * width
  const count = counts[split]
  const images = new Uint8Array(count * size * 3)
  const classes = new Uint16Array(count)
  for (let index = 0; index < count; index++) {
    for (let color = 0; color < 3; color++) {
      const round = Math.floor(index / digits.count)
      const digit = permute(seed, color, round, digits.count, index % digits.count)
      classes[index] = 10 * classes[index] + labels[digit]
      for (let pixel = 0; pixel < size; pixel++) {
        images[3 * (index * size + pixel) + color] = digits.images[digit * size + pixel]
      }
    }
  }
  return createSource({
    name: `stacked-mnist ${split}`,
    shape: [height, width, 3],
    images,
    labels: classes,
    classes: Array.from({ length: 1000 }, (_, label) => String(label).padStart(3, '0')),
  })
}
