import type { LayerVariables } from '../nn/layer.ts'
import { compile } from '../runtime/compile.ts'
import { readFloats, write } from '../runtime/device.ts'
import type { Device } from '../runtime/device.ts'
import { sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Game } from './game.ts'
import { drawLatents, generate } from './generate.ts'
import { wordsOf } from './seed.ts'

/**
 * Draws the samples `first` (0 unless told) to `first + count - 1` of a seed, [count, ...dataShape] in the data's range.
 * Each is the same whichever others are drawn. A seed is a whole number in [0, 2^53).
 */
export type Sampler = (count: number, seed: number, first?: number) => Promise<Float32Array>

/** Samples are drawn this many at a time. */
const samplerBatch = 64

/**
 * A sampler for a generator whose variables are on the device; compiled when it is first used.
 * @param images all training samples, for priors that start from them; null where there are none, which those priors
 * refuse with a UserError.
 */
export function createSampler(device: Device, game: Game, generator: LayerVariables, images: Tensor | null): Sampler {
  const size = sizeOf(game.dataShape)
  const prepare = async () => {
    const seed = device.variable('sampleSeed', [2], 'i32')
    const batch = device.variable('sampleBatch', [], 'i32')
    const drawn = device.variable('samples', [samplerBatch, ...game.dataShape])
    const latents = drawLatents(game, images, samplerBatch, { seed: seed.tensor, step: batch.tensor })
    const program = await compile(device, {
      updates: [[drawn, generate(game, generator, latents)]],
      report: {},
    })
    return async (someSeed: number, index: number) => {
      write(device, seed, wordsOf(someSeed))
      write(device, batch, [index])
      await program.run()
      return readFloats(device, drawn.tensor)
    }
  }
  let prepared: ReturnType<typeof prepare> | undefined
  return async (count, seed, first = 0) => {
    const draw = await (prepared ??= prepare())
    const samples = new Float32Array(count * size)
    for (let done = 0; done < count;) {
      const [index, begin] = [Math.floor((first + done) / samplerBatch), (first + done) % samplerBatch]
      const end = Math.min(samplerBatch, begin + count - done)
      samples.set((await draw(seed, index)).subarray(begin * size, end * size), done * size)
      done += end - begin
    }
    return samples
  }
}
