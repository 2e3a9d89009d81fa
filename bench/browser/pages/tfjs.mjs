// TensorFlow.js on its WebAssembly backend. Its bundles are scripts that leave `tf` behind; its modules are for bundlers.

import { rules } from '../../peers/stand-in.mjs'
import { prepareTfjs } from '../../peers/tfjs-game.mjs'
import { pageModule } from './serve.ts'

await import('../../peers/node_modules/@tensorflow/tfjs/dist/tf.min.js')
await import('../../peers/node_modules/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js')
const { tf } = globalThis

export const { start, train } = pageModule(async (game, pixels) => {
  tf.wasm.setWasmPaths('/bench/peers/node_modules/@tensorflow/tfjs-backend-wasm/dist/')
  tf.wasm.setThreadsCount(rules.threads)
  await tf.setBackend('wasm')
  return prepareTfjs(tf, game, pixels)
})
