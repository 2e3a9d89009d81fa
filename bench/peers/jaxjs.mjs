// jax-js, the live rival in JavaScript: jaxjs.mjs jit|threads big|small|r1r2|dcgan28|dcgan32
//
// jit is the package as it comes: Node has no Worker of a page's kind, so it stays on one thread. threads lends it one.

import { readFileSync } from 'node:fs'

import { prepareJaxjs } from './jaxjs-game.mjs'
import { serve } from './serve.mjs'
import { gameOf } from './stand-in.mjs'
import { BlobWorker } from './web-worker.mjs'

const [mode, name] = process.argv.slice(2)
const game = gameOf(name)
if (mode === 'threads') globalThis.Worker = BlobWorker // looked for while the package is imported
const jax = await import('@jax-js/jax')

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.resolve('@jax-js/jax')), 'utf8'))
await serve(version, game, (pixels) => prepareJaxjs(jax, game, pixels))
