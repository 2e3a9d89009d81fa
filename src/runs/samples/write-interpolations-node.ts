import { extname } from 'node:path'
import { encodeAnimation } from '../../files/write-animation-node.ts'
import { encodePng, writePicture } from '../../files/write-picture-node.ts'
import { writeWholeFile } from '../../files/whole-file-node.ts'
import type { InterpolationOptions } from '../../gan/sampling/latent-interpolation.ts'
import type { SampleOptions } from '../../gan/sampling/sampler.ts'
import { UserError } from '../../tensor/errors.ts'
import { range } from '../../tensor/shape.ts'
import { drawInterpolations } from './draw-interpolations.ts'
import { composeGrid } from './image-grid.ts'
import type { GridImages } from './image-grid.ts'
import type { RunSampler } from './run-sampler.ts'
import { imagesOf } from './sample-images.ts'

/** Pictures are enlarged until one image is about this high, in pixels. */
const wishedHeight = 56

/** How an animation is timed, in milliseconds for each step. */
const perStep = 80

/**
 * Writes samples on ways between latents: in a .png each way is a row, in a .webp all ways move side by side, there and back. Throws a
 * UserError where samples are no images, the generator takes no latents, or the file is of another kind.
 */
export async function writeInterpolations(
  out: string,
  sampler: RunSampler,
  options: InterpolationOptions,
  label: Pick<SampleOptions, 'label'>,
): Promise<void> {
  const ending = extname(out).toLowerCase()
  if (ending !== '.png' && ending !== '.webp') {
    throw new UserError(`Ways between latents are written as .png or as animated .webp, not to ${out}.`)
  }
  if (sampler.real !== null) throw new UserError('Ways between latents are shown as images, and this run makes points.')
  const samples = await drawInterpolations(sampler, sampler.game, options, label)
  if (samples === null) throw new UserError('This generator takes no latents, so there is nothing between them.')
  const drawn = imagesOf(samples, sampler.game)
  const scale = Math.max(1, Math.round(wishedHeight / drawn.shape[0]))
  if (ending === '.png') {
    await writePicture(out, composeGrid(drawn, { columns: options.steps, scale, gap: scale }))
    return
  }
  const steps = [...range(options.steps), ...range(options.steps - 2).map((step) => options.steps - 2 - step)]
  const frames: Uint8Array[] = []
  for (const step of steps)
    frames.push(await encodePng(composeGrid(frameAt(drawn, step, options), { scale, gap: scale })))
  await writeWholeFile(out, await encodeAnimation(frames, { play: perStep * steps.length, hold: perStep }))
}

/** All ways at the same step. */
function frameAt({ images, shape }: GridImages, step: number, { ways, steps }: InterpolationOptions): GridImages {
  const size = shape[0] * shape[1] * shape[2]
  const frame = new Uint8Array(ways * size)
  for (const way of range(ways)) {
    const first = (way * steps + step) * size
    frame.set(images.subarray(first, first + size), way * size)
  }
  return { images: frame, shape }
}
