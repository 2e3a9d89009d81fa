/** ONNX Runtime's native CPU device in Node: onnx-peer.ts big|small|r1r2 */

import * as ort from 'onnxruntime-node'
import { prepareOnnx } from './onnx-game.ts'
import { serve } from './peers/serve.ts'
import { gameOf, rules } from './peers/stand-in.ts'

const options = { executionProviders: ['cpu'], intraOpNumThreads: rules.threads }
await serve(ort.env.versions.node ?? 'of unknown version', (pixels) =>
  prepareOnnx(ort, options, gameOf(process.argv[2]), pixels),
)
