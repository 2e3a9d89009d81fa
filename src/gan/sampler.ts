import type { LayerVariables } from '../nn/layer.ts'
import { compile } from '../runtime/compile.ts'
import { readFloats, write } from '../runtime/device.ts'
import type { Device } from '../runtime/device.ts'
import { UserError } from '../tensor/errors.ts'
import { sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Game } from './game.ts'
import { drawLatents, generate } from './generate.ts'
import { wordsOf } from './seed.ts'

/** Which samples are drawn, of all that a seed has. */
export interface SampleOptions {
  /** The number of the first one; 0 unless told. */
  readonly first?: number
  /** The class of all of them, in a game with classes. Unless told, sample i is of class i modulo the number of classes. */
  readonly label?: number
}

/**
 * Draws `count` samples of a seed, [count, ...dataShape] in the data's range. Each is the same whichever others are drawn.
 * A seed is a whole number in [0, 2^53). Throws a UserError where there is no such class.
 */
export type Sampler = (count: number, seed: number, options?: SampleOptions) => Promise<Float32Array>

/** Samples are drawn this many at a time. */
const samplerBatch = 64

/**
 * A sampler for a generator whose variables are on the device; compiled when it is first used.
 * @param images all training samples, for priors that start from them; null where there are none, which those priors
 * refuse with a UserError.
 */
export function createSampler(device: Device, game: Game, generator: LayerVariables, images: Tensor | null): Sampler {
  const size = sizeOf(game.dataShape)
  const classes = game.condition?.classes ?? null
  const prepare = async () => {
    const seed = device.variable('sampleSeed', [2], 'i32')
    const batch = device.variable('sampleBatch', [], 'i32')
    const labels = classes === null ? null : device.variable('sampleLabels', [samplerBatch], 'i32')
    const drawn = device.variable('samples', [samplerBatch, ...game.dataShape])
    const latents = drawLatents(game, images, samplerBatch, { seed: seed.tensor, step: batch.tensor })
    const wanted = labels && classes ? { indices: labels.tensor, classes } : null
    const program = await compile(device, {
      updates: [[drawn, generate(game, generator, latents, wanted)]],
      report: {},
    })
    return async (someSeed: number, index: number, labelOf: (sample: number) => number) => {
      write(device, seed, wordsOf(someSeed))
      write(device, batch, [index])
      const wishes = Int32Array.from({ length: samplerBatch }, (_, at) => labelOf(index * samplerBatch + at))
      if (labels) write(device, labels, wishes)
      await program.run()
      return readFloats(device, drawn.tensor)
    }
  }
  let prepared: ReturnType<typeof prepare> | undefined
  const drawInTurn: Sampler = async (count, seed, { first = 0, label } = {}) => {
    if (label !== undefined) requireClass(label, classes)
    const labelOf = (sample: number) => label ?? sample % (classes ?? 1)
    const draw = await (prepared ??= prepare())
    const samples = new Float32Array(count * size)
    for (let done = 0; done < count;) {
      const [index, begin] = [Math.floor((first + done) / samplerBatch), (first + done) % samplerBatch]
      const end = Math.min(samplerBatch, begin + count - done)
      samples.set((await draw(seed, index, labelOf)).subarray(begin * size, end * size), done * size)
      done += end - begin
    }
    return samples
  }
  let last: Promise<unknown> = Promise.resolve()
  return (...request) => {
    // What is drawn next goes where this one is read from, so that it waits.
    const samples = last.then(() => drawInTurn(...request))
    last = samples.catch(() => {})
    return samples
  }
}

function requireClass(label: number, classes: number | null): void {
  if (classes === null) {
    throw new UserError(`No samples of class ${label} can be drawn: the generator has learned no classes.`)
  }
  if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
    throw new UserError(`There is no class ${label}; the classes of this generator are 0 to ${classes - 1}.`)
  }
}
