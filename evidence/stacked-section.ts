import { join } from 'node:path'
import { loadSource } from '../src/data/sources.ts'
import { imagesOfBytes } from '../src/metrics/statistics/image-set.ts'
import { stackedLabels, stackedModes } from '../src/metrics/stacked-digits.ts'
import { firstRows, writeGrid } from './image-pictures.ts'
import { drawImages, effortOf, held, howTimed, percent } from './judging.ts'
import type { Section } from './judging.ts'
import { code, table } from './results-page.ts'

/** As many as PacGAN's table and those after it count. */
const usualSamples = 26_000
const [rows, columns] = [8, 16]

/** As Huang et al. 2024 (R3GAN) give them, of others and of theirs. */
const published: readonly (readonly [name: string, modes: string, kl: string])[] = [
  ['DCGAN', '99', '3.40'],
  ['WGAN-GP', '959', '0.73'],
  ['PacGAN', '992', '0.28'],
  ['small ResNet, no pairing', '693', '0.93'],
  ['small ResNet, R3GAN loss', '1000', '0.078'],
  ['R3GAN', '1000', '0.029'],
]

/** How many of 1000 combinations of three digits come, and how evenly? */
export const stackedSection: Section = {
  name: 'stacked-digits',
  tellsOf: (data) => data === 'stacked-mnist',
  async write(runs, judging) {
    const { seed, samples, pictures, classifierOf, tell } = judging
    const count = samples ?? usualSamples
    const digits = await classifierOf('mnist')
    const test = held(await loadSource('stacked-mnist', 'test'))
    tell('stacked-mnist: real pictures')
    const real = stackedModes(await stackedLabels(digits, imagesOfBytes(test.images, test.shape)))
    const lines: string[][] = []
    for (const run of runs) {
      tell(`${run.name}: ${count} samples of step ${run.step}`)
      const images = await drawImages(run, count, seed)
      await writeGrid(join(pictures.folder, `${run.name}.webp`), images, firstRows(rows, columns))
      const { covered, divergence } = stackedModes(await stackedLabels(digits, images))
      const { steps, minutes } = await effortOf(run, judging)
      lines.push([
        `**${run.name}** (${steps} steps, ${minutes} minutes)`,
        `**${covered}**`,
        `**${divergence?.toFixed(3) ?? '–'}**`,
      ])
    }
    return `## Stacked digits: 1000 modes

Protocol: ${count.toLocaleString('en')} samples of the last checkpoint (seed ${seed}); each of the three colors of each is shown to \`forger-lenet\`, which was trained on single digits of MNIST and names
${percent(digits.accuracy, 2)} of its test digits rightly; the three digits make a number from 000 to 999. *Modes* is how many numbers come at least once, *KL* the sum of p log(1000 p) over their shares p, in nats: the
divergence from all combinations being equally frequent. Training pictures: 128,000, each color in a shuffled order of its own. The published figures have the same protocol with other classifiers and larger
networks. Real pictures are ${test.count.toLocaleString('en')} of the test digits; their KL is mostly that of counting so few.

${table(['', 'modes', 'KL'], [...lines, ['real pictures', `${real.covered}`, real.divergence?.toFixed(3) ?? '–'], ...published.map((line) => [...line])])}

${howTimed(judging)}

${runs.map((run) => `${code([run.command])}\n\nThe first ${rows * columns} samples:\n\n![samples of ${run.name}](${pictures.link}/${run.name}.webp)`).join('\n\n')}
`
  },
}
