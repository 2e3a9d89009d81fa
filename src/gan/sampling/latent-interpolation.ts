import { UserError } from '../../tensor/errors.ts'
import { range, sizeOf } from '../../tensor/shape.ts'
import type { Prior } from '../priors/priors.ts'
import type { Sampler } from './sampler.ts'

/** Which ways between latents. */
export interface InterpolationOptions {
  /** How many ways, each from one latent to another. */
  readonly ways: number
  /** Samples on each, those of both ends among them; at least 2. */
  readonly steps: number
  /** Which latents: a whole number in [0, 2^53); default 0. */
  readonly seed?: number
}

/**
 * Latents on ways from one latent of a seed to another, [ways, steps, ...latent shape]. A generator that leaps from one training image
 * to the next shows it here.
 */
export async function interpolateLatents(
  { latents, latentShape }: Pick<Sampler, 'latents' | 'latentShape'>,
  { interpolation }: Pick<Prior, 'interpolation'>,
  { ways, steps, seed = 0 }: InterpolationOptions,
): Promise<Float32Array> {
  if (latentShape === null) throw new UserError('This generator takes no latents, so there is nothing between them.')
  if (steps < 2) throw new UserError(`A way of ${steps} steps has no two ends; give a whole number from 2 on.`)
  const size = sizeOf(latentShape)
  const ends = await latents(2 * ways, seed)
  const weightOf = { spherical: onArc, linear: onLine }[interpolation]
  const between = new Float32Array(ways * steps * size)
  for (const way of range(ways)) {
    for (const step of range(steps)) {
      const share = step / (steps - 1)
      const [near, far] = [weightOf(1 - share), weightOf(share)]
      for (const index of range(size)) {
        between[(way * steps + step) * size + index] =
          near * ends[way * size + index] + far * ends[(ways + way) * size + index]
      }
    }
  }
  return between
}

const onLine = (share: number): number => share

/**
 * cos and sin of one angle: their squares sum to 1, so that all that is between normal latents is as normal as they are. In many
 * dimensions, where two of them are about orthogonal, it is the great circle of White 2016, "Sampling generative networks".
 */
const onArc = (share: number): number => Math.sin((share * Math.PI) / 2)
