import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTrainer } from '../../../src/gan/training/trainer.ts'
import type { Game } from '../../../src/gan/game/game.ts'
import type { Trainer } from '../../../src/gan/training/trainer.ts'
import { objectives } from '../../../src/gan/losses/objectives.ts'
import { normalPrior } from '../../../src/gan/priors/priors.ts'
import type { TwoPlayerState } from '../../../src/gan/players/two-player.ts'
import { twoPlayerGame } from '../../../src/gan/players/two-player-game.ts'
import { batchNorm, dense, evaluation, flatten, leakyRelu, reshape, stack, tanh } from '../../../src/nn/index.ts'
import type { LayerVariables } from '../../../src/nn/index.ts'
import { adam } from '../../../src/optim/index.ts'
import { exportGenerator } from '../../../src/runs/samples/export-generator.ts'
import { createDevice } from '../../../src/runtime/device.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { numberField, wordsField } from '../../../src/tensor/fields.ts'
import { add, cast, constant, literal } from '../../../src/tensor/operations/index.ts'
import { inlineEngine } from '../../../src/wasm/engine.ts'
import { sampledLatents } from '../../gan/players/oracle.ts'
import { expectClose, runOnnx } from '../../onnx/onnx-runtime.ts'

const dataShape = [4, 3, 3] as const
const optimizer = adam({ learningRate: 0.01, beta1: 0.5 })
const game = twoPlayerGame({
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
})
const images = Uint8Array.from({ length: 12 * 36 }, (_, index) => (index * 53) % 256)

let trainer: Trainer<TwoPlayerState>
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
  return [...interpret([sampledLatents(game.settings.prior, count, source)], new Map())[0]]
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

describe('the exported generator of another game', () => {
  /** Samples of two players, one behind the other, whose variables have the same names; and of what is given. */
  type Chain = { readonly first: LayerVariables; readonly second: LayerVariables; readonly judge: LayerVariables }
  const layer = stack([dense(2)])
  const chain: Game<Chain> = {
    example: { point: numberField([2]), shift: numberField([2]), kind: wordsField(1, 5) },
    batch: 1,
    minibatches: 1,
    init: (random) => {
      const begin = (): LayerVariables => {
        const { parameters, buffers } = layer.init([2], random)
        return { parameters, buffers }
      }
      return { first: begin(), second: begin(), judge: begin() }
    },
    stages: [{ name: 'rest', steps: null, reports: {}, step: (state) => ({ state, report: {} }) }],
    generation: {
      imitates: 'point',
      sample: numberField([2]),
      prior: normalPrior(2),
      given: { shift: numberField([2]), kind: wordsField(1, 5) },
      generate: ({ first, second }, latents, { shift, kind }) => {
        if (latents === null) throw new Error('no latents')
        const middle = layer.apply(first, latents, evaluation).output
        return add(add(layer.apply(second, middle, evaluation).output, shift), cast(kind, 'f32'))
      },
    },
  }

  it('keeps the variables of all players apart, and takes whatever samples are made from', async () => {
    const data = { count: 1, fields: { point: [0, 0], shift: [0, 0], kind: [0] } }
    const other = await createTrainer(createDevice(inlineEngine(), { strict: true }), chain, data, { seed: 3 })
    const model = exportGenerator(other)
    const given = { shift: Float32Array.of(10, 20, 30, 40, 50, 60), kind: [0, 3, 4] }
    const z = await other.sampler.latents(3, 7)
    const session = await InferenceSession.create(model)
    expect(session.inputMetadata).toMatchObject([
      { name: 'z', type: 'float32', shape: ['batch', 2] },
      { name: 'shift', type: 'float32', shape: ['batch', 2] },
      { name: 'kind', type: 'int64', shape: ['batch', 1] },
    ])
    const { points } = await session.run({
      z: new OrtTensor('float32', z, [3, 2]),
      shift: new OrtTensor('float32', given.shift, [3, 2]),
      kind: new OrtTensor('int64', BigInt64Array.from(given.kind, BigInt), [3, 1]),
    })
    await session.release()
    const expected = await other.sample(3, 7, { given })
    expectClose(Array.from(points.data, Number), [...expected], 1e-5)
    await other.device.engine.close()
  })
})
