/** ONNX Runtime's native CPU device in Node: onnx-peer.ts big|small|r1r2 */

import * as ort from 'onnxruntime-node'
import { prepareOnnx } from './onnx-game.ts'
import { serve } from './peers/serve.mjs'
import { gameOf, rules } from './peers/stand-in.mjs'

const options = { executionProviders: ['cpu'], intraOpNumThreads: rules.threads }
await serve(ort.env.versions.node ?? 'of unknown version', (pixels) =>
  prepareOnnx(ort, options, gameOf(process.argv[2]), pixels),
)
