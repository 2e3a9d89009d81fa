import type { Randomness } from '../nn/layer.ts'
import { add, mul, randomNormal, randomUniform } from '../tensor/operations/index.ts'
import type { Shape, Tensor } from '../tensor/tensor.ts'

/** What a prior draws latents from. */
export interface LatentContext {
  /** Random numbers of this step; every use takes a stream of its own. */
  readonly random: Randomness
  /** How many latents to draw. */
  readonly batch: number
  /** As many training samples, drawn at random. */
  trainingSamples(): Tensor
}

/** Where latents come from: the noise prior p_z(z). */
export interface Prior {
  /** What records and exported models call it. */
  readonly name: string
  /** Whether latents are made of training samples. */
  readonly fromData: boolean
  /**
   * How one goes from one latent to another and stays among latents of this prior: on an arc where they are normal, else (and unless
   * told) on a line.
   */
  readonly way?: 'arc' | 'line'
  /** The shape of one latent. */
  shape(dataShape: Shape): Shape
  /** Latents [batch, ...shape]. */
  sample(context: LatentContext): Tensor
}

/** Independent standard normal numbers. */
export const normalPrior = (dimensions: number): Prior => ({
  name: 'normal',
  fromData: false,
  way: 'arc',
  shape: () => [dimensions],
  sample: ({ random, batch }) => randomNormal(random.source, random.stream(), [batch, dimensions]),
})

/** Independent uniform numbers of [low, high). */
export const uniformPrior = (dimensions: number, low = -1, high = 1): Prior => ({
  name: 'uniform',
  fromData: false,
  shape: () => [dimensions],
  sample: ({ random, batch }) =>
    add(mul(randomUniform(random.source, random.stream(), [batch, dimensions]), high - low), low),
})

/** A random training sample with normal noise of this deviation put in, for the generator to turn back into a sample. */
export const corruptedData = ({ noise }: { readonly noise: number }): Prior => ({
  name: 'corruptedData',
  fromData: true,
  shape: (dataShape) => dataShape,
  sample({ random, trainingSamples }) {
    const samples = trainingSamples()
    return add(samples, mul(randomNormal(random.source, random.stream(), samples.shape), noise))
  },
})
