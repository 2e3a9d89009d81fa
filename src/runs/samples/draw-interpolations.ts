import { classCountOf } from '../../gan/game/game.ts'
import type { Game } from '../../gan/game/game.ts'
import { interpolateLatents } from '../../gan/sampling/latent-interpolation.ts'
import type { InterpolationOptions } from '../../gan/sampling/latent-interpolation.ts'
import type { SampleOptions, Sampler } from '../../gan/sampling/sampler.ts'

/**
 * Samples on ways between latents, [ways, steps, ...sample shape]: way i is of class i in turn, or all are of one label. Null where a
 * generator takes no latents.
 */
export async function drawInterpolations(
  sampler: Sampler,
  game: Game,
  options: InterpolationOptions,
  { label }: Pick<SampleOptions, 'label'> = {},
): Promise<Float32Array | null> {
  const { prior } = game.generation
  if (prior === null) return null
  const latents = await interpolateLatents(sampler, prior, options)
  const count = options.ways * options.steps
  const classes = classCountOf(game)
  const classOf = (at: number) => label ?? Math.floor(at / options.steps) % (classes ?? 1)
  const given = classes === null ? {} : { given: { class: Int32Array.from({ length: count }, (_, at) => classOf(at)) } }
  return sampler.sample(count, options.seed, { latents, ...given })
}
