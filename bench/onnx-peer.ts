/** ONNX Runtime's native CPU device in Node, on a whole step as one model: onnx-peer.ts big|small|r1r2 */

import { InferenceSession, Tensor, env } from 'onnxruntime-node'
import { exportStep, initialValues, lossNames } from './onnx-step.ts'
import type { StateArray } from './onnx-step.ts'
import { serve } from './peers/serve.ts'
import { fillNormal, gameOf, minibatches, rules } from './peers/stand-in.ts'

await serve(env.versions.node ?? '', async (pixels) => {
  const step = exportStep(gameOf(process.argv[2]))
  const session = await InferenceSession.create(step.model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: rules.threads,
  })
  const nextBatch = minibatches(pixels)
  const size = step.noise.shape.reduce((product, extent) => product * extent)
  const noise = step.noise.names.map((name) => [name, new Float32Array(size)] as const)

  // Two sets of arrays that change places: one is read, the other written.
  let state = step.state.map((array) => tensorOf(array, initialValues(array)))
  let spare = step.state.map((array) => tensorOf(array, initialValues(array)))
  const losses = lossNames.map((name) => [name, new Tensor('float32', new Float32Array(1), [])] as const)

  return async (steps) => {
    for (let i = 0; i < steps; i++) {
      const feeds = {
        real: new Tensor('float32', nextBatch(), step.real),
        ...Object.fromEntries(noise.map(([name, z]) => [name, new Tensor('float32', fillNormal(z), step.noise.shape)])),
        ...Object.fromEntries(step.state.map(({ name }, at) => [name, state[at]])),
      }
      const fetches = Object.fromEntries([...step.state.map(({ next }, at) => [next, spare[at]] as const), ...losses])
      await session.run(feeds, fetches)
      ;[state, spare] = [spare, state]
    }
    const [discriminator, generator] = losses.map(([, { data }]) => data[0])
    return [discriminator, generator]
  }
})

function tensorOf({ dtype, shape }: StateArray, values: Float32Array | Int32Array): Tensor {
  return dtype === 'int32'
    ? new Tensor(dtype, Int32Array.from(values), shape)
    : new Tensor(dtype, Float32Array.from(values), shape)
}
