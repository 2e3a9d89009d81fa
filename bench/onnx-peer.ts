/** ONNX Runtime's native CPU device in Node: onnx-peer.ts big|small|r1r2 */

import * as ort from 'onnxruntime-node'
import { prepareOnnx } from './onnx-game.ts'
import { serve } from './peers/serve.mjs'
import { denseGameOf, rules } from './peers/stand-in.mjs'

const options = { executionProviders: ['cpu'], intraOpNumThreads: rules.threads }
const game = denseGameOf(process.argv[2])
await serve(ort.env.versions.node ?? 'of unknown version', game, (pixels) => prepareOnnx(ort, options, game, pixels))
