import type { Randomness } from '../../nn/layer.ts'
import { UserError } from '../../tensor/errors.ts'
import type { Fields } from '../../tensor/fields.ts'
import { add, broadcast, concat, mul, randomNormal, randomUniform, reshape } from '../../tensor/operations/index.ts'
import { sameShape } from '../../tensor/shape.ts'
import { showShape } from '../../tensor/tensor.ts'
import type { Shape, Tensor } from '../../tensor/tensor.ts'
import type { Variables } from '../../tensor/tree.ts'
import { normalNoise } from './corruptions.ts'
import type { Corruption } from './corruptions.ts'

/** What a prior draws latents from. */
export interface LatentContext {
  /** Random numbers of this step; every use takes a stream of its own. */
  readonly random: Randomness
  /** How many latents to draw. */
  readonly batch: number
  /** The examples that the latents are for, one each: the fields that the prior reads, [batch, ...]. */
  readonly example: Variables
  /** The field that samples are like. */
  readonly imitates: string
  /** As many training samples, drawn at random. */
  trainingSamples(): Tensor
}

/** What a prior is made for. */
export interface PriorData {
  /** What one example consists of. */
  readonly example: Fields
  /** The field that samples are like. */
  readonly imitates: string
}

/** Where latents come from: the noise prior p_z(z), or the example itself. */
export interface Prior {
  /** What records and exported models call it. */
  readonly name: string
  /** The fields of an example that its latent is made from, given what one consists of; none for noise. */
  reads(data: PriorData): readonly string[]
  /** Whether it draws training samples at random. */
  readonly drawsSamples: boolean
  /**
   * How to interpolate between two latents and stay among latents of this prior: 'spherical' where they are normal, else 'linear'.
   */
  readonly interpolation: 'spherical' | 'linear'
  /** The shape of one latent. Throws a UserError where an example has not what it takes. */
  shape(data: PriorData): Shape
  /** Latents [batch, ...shape]. */
  sample(context: LatentContext): Tensor
}

const noise = { reads: () => [], drawsSamples: false } as const

/** Independent standard normal numbers. */
export const normalPrior = (dimensions: number): Prior => ({
  ...noise,
  name: 'normal',
  interpolation: 'spherical',
  shape: () => [dimensions],
  sample: ({ random, batch }) => randomNormal(random.source, random.stream(), [batch, dimensions]),
})

/** Independent uniform numbers of [low, high). */
export const uniformPrior = (dimensions: number, low = -1, high = 1): Prior => ({
  ...noise,
  name: 'uniform',
  interpolation: 'linear',
  shape: () => [dimensions],
  sample: ({ random, batch }) =>
    add(mul(randomUniform(random.source, random.stream(), [batch, dimensions]), high - low), low),
})

/**
 * A random training sample with normal noise of this deviation added, for the generator to turn back into a sample. It is
 * not the one of the minibatch: see `corruptedExample` for pairs.
 */
export const corruptedData = (options: { readonly noise: number }): Prior => ({
  name: 'corruptedData',
  reads: () => [],
  drawsSamples: true,
  interpolation: 'linear',
  shape: ({ example, imitates }) => example[imitates].shape,
  sample: ({ random, trainingSamples }) => normalNoise(options.noise).apply(trainingSamples(), random),
})

/**
 * The article's steps 2 and 3: the example itself, corrupted, for the generator to reconstruct. Latent i belongs to example i of the
 * minibatch, so that losses can compare x and x-hat.
 */
export const corruptedExample = (...corruptions: readonly Corruption[]): Prior => {
  const shapeAfter = (shape: Shape) => corruptions.reduce((before, { shape: after }) => after(before), shape)
  return {
    name: 'corruptedExample',
    reads: ({ imitates }) => [imitates],
    drawsSamples: false,
    interpolation: 'linear',
    shape: ({ example, imitates }) => shapeAfter(example[imitates].shape),
    sample: ({ random, example, imitates }) =>
      corruptions.reduce((changed, { apply }) => apply(changed, random), example[imitates]),
  }
}

/** Another field of the example: a source image to translate, a small image to enlarge. */
export const fieldPrior = (field: string): Prior => ({
  name: 'field',
  reads: () => [field],
  drawsSamples: false,
  interpolation: 'linear',
  shape: ({ example }) => {
    if (Object.hasOwn(example, field)) return example[field].shape
    throw new UserError(`The prior is to take the field ${field}; an example has ${Object.keys(example).join(', ')}.`)
  },
  sample: ({ example }) => example[field],
})

/**
 * Several latents as one, joined along the last axis. Where one has further axes, vectors become constant planes beside it: noise
 * beside an image. Each prior reads its own fields.
 */
export const joinedPriors = (...priors: readonly [Prior, ...Prior[]]): Prior => ({
  name: priors.map(({ name }) => name).join('+'),
  reads: (data) => [...new Set(priors.flatMap(({ reads }) => reads(data)))],
  drawsSamples: priors.some(({ drawsSamples }) => drawsSamples),
  interpolation: 'linear',
  shape(data) {
    const shapes = priors.map(({ shape }) => shape(data))
    const extents = longest(shapes).slice(0, -1)
    const stranger = shapes.find((shape) => shape.length > 1 && !sameShape(shape.slice(0, -1), extents))
    if (stranger !== undefined) {
      throw new UserError(
        `Latents of ${showShape(stranger)} cannot be joined to those of ${showShape(longest(shapes))}; make them equal but for the last axis.`,
      )
    }
    return [...extents, shapes.reduce((sum, shape) => sum + shape[shape.length - 1], 0)]
  },
  sample(context) {
    const latents = priors.map((prior) => prior.sample(context))
    const [, ...extents] = longest(latents.map(({ shape }) => shape)).slice(0, -1)
    return concat(
      latents.map((latent) => alongside(latent, extents)),
      -1,
    )
  },
})

const longest = (shapes: readonly Shape[]): Shape =>
  shapes.reduce((most, shape) => (shape.length > most.length ? shape : most))

/** [batch, n] as constant planes [batch, ...extents, n]. */
function alongside(latent: Tensor, extents: Shape): Tensor {
  if (latent.shape.length > 2 || extents.length === 0) return latent
  const [batch, size] = latent.shape
  return broadcast(reshape(latent, [batch, ...extents.map(() => 1), size]), [batch, ...extents, size])
}
