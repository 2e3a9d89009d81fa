import { join } from 'node:path'
import { loadSource } from '../src/data/sources.ts'
import { imagesOfBytes } from '../src/metrics/statistics/image-set.ts'
import { firstRows, writeGrid } from './image-pictures.ts'
import { drawImages, effortOf, held, howTimed } from './judging.ts'
import type { Section } from './judging.ts'
import { code } from './results-page.ts'

const [rows, columns] = [6, 12]

/** Folders of pictures have no labels: people judge by looking. */
export const photographsSection: Section = {
  name: 'photographs',
  tellsOf: (data) => data.startsWith('images:'),
  async write(runs, judging) {
    const { seed, pictures, tell } = judging
    const texts: string[] = []
    for (const run of runs) {
      tell(`${run.name}: ${rows * columns} samples of step ${run.step}`)
      const source = held(await loadSource(run.options.data))
      const [height, width] = source.shape
      // Spread over the set: neighbours are tiles of one photograph.
      const places = Array.from({ length: 2 * columns }, (_, index) =>
        Math.floor(((index + 0.5) * source.count) / (2 * columns)),
      )
      const real = imagesOfBytes(source.images, source.shape)
      await writeGrid(join(pictures.folder, `${run.name}-real.webp`), real, [
        places.slice(0, columns),
        places.slice(columns),
      ])
      const samples = await drawImages(run, rows * columns, seed)
      await writeGrid(join(pictures.folder, `${run.name}.webp`), samples, firstRows(rows, columns))
      const { steps, minutes } = await effortOf(run, judging)
      texts.push(
        `**${run.name}**: ${source.count.toLocaleString('en')} tiles at ${width} x ${height}; ${steps} steps, ${minutes} minutes.\n\n` +
          `${code([run.command])}\n\n` +
          `Real tiles:\n\n![real tiles](${pictures.link}/${run.name}-real.webp)\n\n` +
          `The first ${rows * columns} samples (seed ${seed}), none chosen:\n\n![samples of ${run.name}](${pictures.link}/${run.name}.webp)`,
      )
    }
    return `## Photographs

A folder of color photographs: tiles cut at four scales out of 35 photographs among the wallpapers of Debian's packages lomiri-wallpapers-16.04, lomiri-wallpapers-20.04,
mate-backgrounds and plasma-workspace-wallpapers (\`npm run evidence:photographs FROM TO\`; tiles of nearly one color are left out). They have no labels, so there is no verdict but the eye's.

${texts.join('\n\n')}

${howTimed(judging)}
`
  },
}
