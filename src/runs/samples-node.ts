import { composeGrid } from './grid.ts'
import type { GridImages } from './grid.ts'
import { encodePng } from './picture-node.ts'
import type { OpenRun } from './run.ts'
import { imagesOf } from './samples.ts'
import { writeWholeFile } from './whole-file-node.ts'

/** How many samples a picture shows. */
interface GridSize {
  readonly count: number
  readonly columns: number
}

export const stepGrid: GridSize = { count: 64, columns: 8 }
export const finalGrid: GridSize = { count: 160, columns: 16 }

/** Pictures are enlarged until one image is about this high, in pixels. */
const wishedHeight = 56

/** Samples of a run's own latents, always the same ones. */
export const drawSamples = async ({ trainer, options }: OpenRun, count: number): Promise<GridImages> =>
  imagesOf(await trainer.sample(count, options.seed), trainer.game)

/** Writes a picture of samples, and gives the bytes of its PNG file. */
export async function saveSamples(path: string, run: OpenRun, { count, columns }: GridSize): Promise<Uint8Array> {
  const images = await drawSamples(run, count)
  const scale = Math.max(1, Math.round(wishedHeight / images.shape[0]))
  const png = await encodePng(composeGrid(images, { columns, scale, gap: 2 * scale }))
  await writeWholeFile(path, png)
  return png
}
