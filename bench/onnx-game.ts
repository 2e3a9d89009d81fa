/** The games in ONNX Runtime, for Node and for pages: a whole step is one model, whose state is fed back. */

import type * as Ort from 'onnxruntime-node'
import { exportStep, initialValues, lossNames } from './onnx-step.ts'
import type { StateArray } from './onnx-step.ts'
import type { Train } from './peers/talk.ts'
import { fillNormal, minibatches } from './peers/stand-in.mjs'
import type { DenseGameName } from './peers/stand-in.mjs'

/** Both packages, onnxruntime-node and onnxruntime-web, have the same interface. */
type Library = Pick<typeof Ort, 'InferenceSession' | 'Tensor'>

export async function prepareOnnx(
  { InferenceSession, Tensor }: Library,
  options: Ort.InferenceSession.SessionOptions,
  game: DenseGameName,
  pixels: Uint8Array,
): Promise<Train> {
  const step = exportStep(game)
  const session = await InferenceSession.create(step.model, options)
  const nextBatch = minibatches(pixels)
  const size = step.noise.shape.reduce((product, extent) => product * extent)
  const noise = () => new Tensor('float32', fillNormal(new Float32Array(size)), step.noise.shape)
  const start = (array: StateArray) => new Tensor(array.dtype, initialValues(array), array.shape)
  let state: Record<string, Ort.Tensor> = Object.fromEntries(step.state.map((array) => [array.name, start(array)]))

  return async (steps) => {
    let losses: [number, number] = [NaN, NaN]
    for (let i = 0; i < steps; i++) {
      const results = await session.run({
        real: new Tensor('float32', nextBatch(), step.real),
        ...Object.fromEntries(step.noise.names.map((name) => [name, noise()])),
        ...state,
      })
      state = Object.fromEntries(step.state.map(({ name, next }) => [name, results[next]]))
      const [discriminator, generator] = lossNames.map((name) => Number(results[name].data[0]))
      losses = [discriminator, generator]
    }
    return losses
  }
}
