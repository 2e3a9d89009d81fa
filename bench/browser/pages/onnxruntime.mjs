// onnxruntime-web on its WebAssembly backend, on a whole step as one model.

import * as ort from '../../peers/node_modules/onnxruntime-web/dist/ort.wasm.min.mjs'

import { exportStep, initialValues, lossNames } from '../../onnx-step.ts'
import { fillNormal, minibatches, rules } from '../../peers/stand-in.ts'
import { pageModule } from './serve.ts'

ort.env.wasm.numThreads = rules.threads
ort.env.wasm.wasmPaths = '/bench/peers/node_modules/onnxruntime-web/dist/'

export const { start, train } = pageModule(async (game, pixels) => {
  const step = exportStep(game)
  const session = await ort.InferenceSession.create(step.model, { executionProviders: ['wasm'] })
  const nextBatch = minibatches(pixels)
  const size = step.noise.shape.reduce((product, extent) => product * extent)
  const draw = () => new ort.Tensor('float32', fillNormal(new Float32Array(size)), step.noise.shape)
  let state = step.state.map((array) => new ort.Tensor(array.dtype, initialValues(array), array.shape))

  return async (steps) => {
    let results = {}
    for (let i = 0; i < steps; i++) {
      results = await session.run({
        real: new ort.Tensor('float32', nextBatch(), step.real),
        ...Object.fromEntries(step.noise.names.map((name) => [name, draw()])),
        ...Object.fromEntries(step.state.map(({ name }, at) => [name, state[at]])),
      })
      state = step.state.map(({ next }) => results[next])
    }
    return lossNames.map((name) => results[name].data[0])
  }
})
