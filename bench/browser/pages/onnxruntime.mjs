// onnxruntime-web on its WebAssembly backend.

import * as ort from '../../peers/node_modules/onnxruntime-web/dist/ort.wasm.min.mjs'

import { prepareOnnx } from '../../onnx-game.ts'
import { rules } from '../../peers/stand-in.mjs'
import { pageModule } from './serve.ts'

ort.env.wasm.numThreads = rules.threads
ort.env.wasm.wasmPaths = '/bench/peers/node_modules/onnxruntime-web/dist/'

export const { start, train } = pageModule((game, pixels) =>
  prepareOnnx(ort, { executionProviders: ['wasm'] }, game, pixels),
)
