import { columnsByClass } from '../../data/classes.ts'
import { composeGrid } from './image-grid.ts'
import type { GridImages } from './image-grid.ts'
import type { Picture } from '../../files/picture.ts'
import { encodePng } from '../../files/write-picture-node.ts'
import { classCountOf } from '../../gan/game/game.ts'
import type { OpenRun } from '../opening/open-run.ts'
import { imagesOf } from './sample-images.ts'
import { drawScatter, scatterImage } from './scatter-plot.ts'
import { writeWholeFile } from '../../files/whole-file-node.ts'

/** How many samples a picture shows: images in rows, or points in a square of so many pixels. */
interface PictureSize {
  readonly images: { readonly count: number; readonly columns: number }
  readonly points: { readonly count: number; readonly side: number }
}

export const stepPicture: PictureSize = { images: { count: 64, columns: 8 }, points: { count: 2500, side: 512 } }
export const finalPicture: PictureSize = { images: { count: 160, columns: 16 }, points: { count: 10_000, side: 960 } }

/** Pictures are enlarged until one image is about this high, in pixels. */
const wishedHeight = 56

/** How many samples are drawn to be looked at in a terminal. */
const live = { images: 64, points: 1000 } as const

/** Samples of a run's own latents, always the same ones: images, or points as one image of all. */
export async function drawSamples({ trainer, options, source }: OpenRun): Promise<GridImages> {
  return source.kind === 'points'
    ? scatterImage(source, await trainer.sample(live.points, options.seed))
    : imagesOf(await trainer.sample(live.images, options.seed), trainer.game)
}

/** Writes a picture of samples, and gives the bytes of its PNG file. */
export async function saveSamples(path: string, run: OpenRun, size: PictureSize): Promise<Uint8Array> {
  const png = await encodePng(await pictureOf(run, size))
  await writeWholeFile(path, png)
  return png
}

async function pictureOf({ trainer, options, source }: OpenRun, { images, points }: PictureSize): Promise<Picture> {
  if (source.kind === 'points') {
    return drawScatter(source, await trainer.sample(points.count, options.seed), points.side)
  }
  const columns = columnsByClass(classCountOf(trainer.game), images.columns)
  const count = columns * Math.max(1, Math.round(images.count / columns))
  const samples = imagesOf(await trainer.sample(count, options.seed), trainer.game)
  const scale = Math.max(1, Math.round(wishedHeight / samples.shape[0]))
  return composeGrid(samples, { columns, scale, gap: 2 * scale })
}
