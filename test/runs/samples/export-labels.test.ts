import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { objectives } from '../../../src/gan/losses/objectives.ts'
import { normalPrior } from '../../../src/gan/priors/priors.ts'
import { createTrainer } from '../../../src/gan/training/trainer.ts'
import type { Trainer } from '../../../src/gan/training/trainer.ts'
import type { TwoPlayerState } from '../../../src/gan/players/two-player.ts'
import { twoPlayerGame } from '../../../src/gan/players/two-player-game.ts'
import {
  concatenation,
  conditionalBatchNorm,
  dense,
  flatten,
  leakyRelu,
  projection,
  reshape,
  stack,
  tanh,
} from '../../../src/nn/index.ts'
import { adam } from '../../../src/optim/index.ts'
import { exportGenerator } from '../../../src/runs/samples/export-generator.ts'
import { createDevice } from '../../../src/runtime/device.ts'
import { interpret } from '../../../src/runtime/interpreter.ts'
import { constant, literal } from '../../../src/tensor/operations/index.ts'
import { inlineEngine } from '../../../src/wasm/engine.ts'
import { sampledLatents } from '../../gan/players/oracle.ts'
import { expectClose } from '../../onnx/onnx-runtime.ts'

const classes = 4
const dataShape = [2, 3, 1] as const
const optimizer = adam({ learningRate: 0.02, beta1: 0.5 })
const game = twoPlayerGame({
  generator: stack([
    concatenation(classes),
    dense(16),
    conditionalBatchNorm(classes),
    leakyRelu(),
    dense(6),
    tanh(),
    reshape(dataShape),
  ]),
  discriminator: stack([flatten(), dense(8), leakyRelu(), projection(classes)]),
  prior: normalPrior(5),
  objective: objectives.hinge,
  penalties: [],
  condition: { classes },
  optimizers: { generator: optimizer, discriminator: optimizer },
  discriminatorSteps: 1,
  update: 'alternating',
  averageDecay: 0.8,
  batch: 6,
  dataShape,
  dataRange: 'signed',
})

let trainer: Trainer<TwoPlayerState>
let session: InferenceSession
beforeAll(async () => {
  const images = Uint8Array.from({ length: 20 * 6 }, (_, index) => (index * 53) % 256)
  const labels = Array.from({ length: 20 }, (_, index) => index % classes)
  trainer = await createTrainer(createDevice(inlineEngine(), { strict: true }), game, { images, count: 20, labels })
  await trainer.train(30)
  session = await InferenceSession.create(exportGenerator(trainer, { class_names: '["a","b","c","d"]' }))
})
afterAll(async () => {
  await session.release()
  await trainer.device.engine.close()
})

/** The latents of `trainer.sample(count, seed)`. */
function latentsOf(count: number, seed: number): Float32Array {
  const source = { seed: literal([seed, 0], [2], 'i32'), step: constant(0, 'i32') }
  return Float32Array.from(interpret([sampledLatents(game.settings.prior, count, source)], new Map())[0])
}

describe('the exported generator of a game with classes', () => {
  it('takes latents and int64 labels, for any batch size', () => {
    expect(session.inputMetadata).toMatchObject([
      { name: 'z', type: 'float32', shape: ['batch', 5] },
      { name: 'label', type: 'int64', shape: ['batch'] },
    ])
  })

  it.each([1, 7])('draws what the trainer does, in turn and of one class, %i at a time', async (count) => {
    for (const label of [undefined, 0, 3]) {
      const labels = BigInt64Array.from({ length: count }, (_, index) => BigInt(label ?? index % classes))
      const { images } = await session.run({
        z: new OrtTensor('float32', latentsOf(count, 11), [count, 5]),
        label: new OrtTensor('int64', labels, [count]),
      })
      expect(images.dims).toEqual([count, 1, 2, 3])
      const expected = await trainer.sample(count, 11, label === undefined ? {} : { label })
      expectClose(Array.from(images.data, Number), expected, 1e-4)
    }
    const [one, other] = await Promise.all([0, 1].map((label) => trainer.sample(count, 11, { label })))
    expect(one).not.toEqual(other)
  })

  it('says how many classes there are', () => {
    const text = Buffer.from(exportGenerator(trainer, { class_names: '["a","b","c","d"]' })).toString('latin1')
    expect(text).toContain('classes\x12\x014')
    expect(text).toContain('class_names\x12\x11["a","b","c","d"]')
  })
})
