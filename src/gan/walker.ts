import type { LayerVariables } from '../nn/layer.ts'
import { compile } from '../runtime/compile.ts'
import { readFloats, write } from '../runtime/device.ts'
import type { Device } from '../runtime/device.ts'
import { add, literal, mul, reshape, sliceAxis } from '../tensor/operations/index.ts'
import { range, sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Game } from './game.ts'
import { drawLatents, generate } from './generate.ts'
import type { Prior } from './priors.ts'
import { wordsOf } from './seed.ts'

/** How far one walks. */
export interface WalkOptions {
  /** How many walks, each from one latent to another. */
  readonly walks: number
  /** Samples on each, those of both ends among them; at least 2. */
  readonly steps: number
  /** Which latents: a whole number in [0, 2^53). */
  readonly seed: number
}

/**
 * Walks from latent to latent: the samples on the way, [walks, steps, ...dataShape] in the data's range. In a game with classes, walk i
 * is of class i modulo their number. A generator that leaps from one training image to the next shows it here.
 */
export type Walker = (options: WalkOptions) => Promise<Float32Array>

/**
 * A walker for a generator whose variables are on the device.
 * @param images all training samples, for priors that start from them; null where there are none, which those priors
 * refuse with a UserError.
 */
export function createWalker(device: Device, game: Game, generator: LayerVariables, images: Tensor | null): Walker {
  return async ({ walks, steps, seed }) => {
    const count = walks * steps
    const words = device.variable('walkSeed', [2], 'i32')
    const batch = device.variable('walkBatch', [], 'i32')
    const drawn = device.variable('walkSamples', [count, ...game.dataShape])
    const ends = drawLatents(game, images, 2 * walks, { seed: words.tensor, step: batch.tensor })
    const classes = game.condition?.classes ?? null
    const labels = range(count).map((at) => Math.floor(at / steps) % (classes ?? 1))
    const wanted = classes === null ? null : { indices: literal(labels, [count], 'i32'), classes }
    const samples = generate(game, generator, latentsBetween(game.prior, ends, walks, steps), wanted)
    const program = await compile(device, { updates: [[drawn, samples]], report: {} })
    write(device, words, wordsOf(seed))
    write(device, batch, [0])
    await program.run()
    return readFloats(device, drawn.tensor)
  }
}

/** From the first half of the ends to the second one, [walks * steps, ...latent]. */
function latentsBetween({ way = 'line' }: Prior, ends: Tensor, walks: number, steps: number): Tensor {
  const [, ...latent] = ends.shape
  const parts = range(steps).map((at) => at / (steps - 1))
  const shares = { arc: arcShares, line: lineShares }[way]
  const weighted = (first: number, weights: readonly number[]): Tensor => {
    const numbers = reshape(sliceAxis(ends, 0, first, walks), [walks, 1, sizeOf(latent)])
    return mul(numbers, literal(weights, [steps, 1]))
  }
  const between = add(
    weighted(
      0,
      parts.map((part) => shares(1 - part)),
    ),
    weighted(walks, parts.map(shares)),
  )
  return reshape(between, [walks * steps, ...latent])
}

const lineShares = (part: number): number => part

/**
 * cos and sin of one angle: their squares sum to 1, so that all that is between normal latents is as normal as they are. In many dimensions,
 * where two of them are about orthogonal, it is the great circle of White 2016, "Sampling generative networks".
 */
const arcShares = (part: number): number => Math.sin((part * Math.PI) / 2)
