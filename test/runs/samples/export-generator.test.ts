import { InferenceSession } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawLatents } from '../../../src/gan/generate.ts'
import { createTrainer } from '../../../src/gan/trainer.ts'
import type { Trainer } from '../../../src/gan/trainer.ts'
import type { Game } from '../../../src/gan/game.ts'
import { objectives } from '../../../src/gan/objectives.ts'
import { normalPrior } from '../../../src/gan/priors.ts'
import { batchNorm, dense, flatten, leakyRelu, reshape, stack, tanh } from '../../../src/nn/index.ts'
import { adam } from '../../../src/optim/index.ts'
import { exportGenerator } from '../../../src/runs/samples/export-generator.ts'
import { createDevice } from '../../../src/runtime/device.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { constant, input, literal } from '../../../src/tensor/operations/index.ts'
import { inlineEngine } from '../../../src/wasm/engine.ts'
import { expectClose, runOnnx } from '../../onnx/onnx-runtime.ts'

const dataShape = [4, 3, 3] as const
const optimizer = adam({ learningRate: 0.01, beta1: 0.5 })
const game: Game = {
  generator: stack([dense(16), batchNorm(), leakyRelu(), dense(36), tanh(), reshape(dataShape)]),
  discriminator: stack([flatten(), dense(8), leakyRelu(), dense(1)]),
  prior: normalPrior(6),
  objective: objectives.nonSaturating,
  penalties: [],
  optimizers: { generator: optimizer, discriminator: optimizer },
  discriminatorSteps: 1,
  update: 'alternating',
  averageDecay: 0.9,
  batch: 4,
  dataShape,
  dataRange: 'signed',
}
const images = Uint8Array.from({ length: 12 * 36 }, (_, index) => (index * 53) % 256)

let trainer: Trainer
beforeAll(async () => {
  trainer = await createTrainer(
    createDevice(inlineEngine(), { strict: true }),
    game,
    { images, count: 12 },
    { seed: 3 },
  )
  await trainer.train(30)
})
afterAll(() => trainer.device.engine.close())

/** The latents of `trainer.sample(count, seed)`, worked out by the interpreter. */
function latentsOf(count: number, seed: number): number[] {
  const source = { seed: literal([seed, 0], [2], 'i32'), step: constant(0, 'i32') }
  const training = input('images', [12, ...dataShape], 'u8')
  return [...interpret([drawLatents(game, training, count, source)], new Map([[training, images]]))[0]]
}

/** [count, height, width, channels] -> [count, channels, height, width] */
function channelsFirst(samples: Float32Array, count: number): number[] {
  const [height, width, channels] = dataShape
  return Array.from({ length: samples.length }, (_, index) => {
    const [x, y] = [index % width, Math.floor(index / width) % height]
    const channel = Math.floor(index / width / height) % channels
    const image = Math.floor(index / width / height / channels)
    expect(image).toBeLessThan(count)
    return samples[((image * height + y) * width + x) * channels + channel]
  })
}

describe('exportGenerator', () => {
  it.each([1, 5])('makes the pictures of the trained generator from %i latents in ONNX Runtime', async (count) => {
    const z = { dtype: 'f32' as const, shape: [count, 6], values: latentsOf(count, 11) }
    const [{ images: drawn }] = await runOnnx(exportGenerator(trainer), [{ z }])
    expect({ dtype: drawn.dtype, shape: drawn.shape }).toEqual({ dtype: 'f32', shape: [count, 3, 4, 3] })
    const expected = channelsFirst(await trainer.sample(count, 11), count)
    expectClose(drawn.values, expected, 1e-4)
    expect(Math.max(...expected) - Math.min(...expected), 'pictures, not one grey').toBeGreaterThan(0.5)
  })

  it('has one input and one output with a free batch size', async () => {
    const session = await InferenceSession.create(exportGenerator(trainer))
    expect(session.inputMetadata).toMatchObject([{ name: 'z', type: 'float32', shape: ['batch', 6] }])
    expect(session.outputMetadata).toMatchObject([{ name: 'images', type: 'float32', shape: ['batch', 3, 4, 3] }])
    await session.release()
  })

  it('says what to feed it, what comes out, and whatever else it is given to say', () => {
    const text = Buffer.from(exportGenerator(trainer, { seed: '3' })).toString('latin1')
    const metadata = {
      latent_shape: '[6]',
      latent_prior: 'normal',
      image_layout: 'NCHW',
      image_shape: '[3,4,3]',
      image_range: '[-1,1]',
      seed: '3',
    }
    // As protobuf writes a map entry: the key, then field 2 with its length.
    for (const [key, value] of Object.entries(metadata)) {
      expect(text).toContain(`${key}\x12${String.fromCharCode(value.length)}${value}`)
    }
  })
})
