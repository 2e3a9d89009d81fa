// TensorFlow.js in Node without native code: tfjs.mjs wasm|cpu big|small|r1r2

import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

import * as tf from '@tensorflow/tfjs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'

import { serve } from './serve.mjs'
import { denseGameOf } from './stand-in.mjs'
import { prepareTfjs } from './tfjs-game.mjs'

const [backend, name] = process.argv.slice(2)
const game = denseGameOf(name)
setWasmPaths(`${dirname(fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm')))}/`)
await tf.setBackend(backend)
await serve(tf.version_core, game, (pixels) => prepareTfjs(tf, game, pixels))
